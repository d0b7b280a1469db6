"""The published file once more, without persons: for those who may see numbers and not people.

register.py   what becomes of each column of each published table
keys.py       how what tells a person becomes a key that still joins
texts.py      texts that stay lose what looks like a contact, or is one of somebody in the file
own_texts.py  and what is of the person whose lead they are on; clues.py: how it is found fast
making.py     the file, made beside the old one and put in its place
"""
