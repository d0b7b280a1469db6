"""Erasing a person: what is theirs ends, and the rest stays byte for byte.

person.py        whom: the contacts, and whatever else identifies them
finding.py       the person and their leads, found in the published file
stand_ins.py     what stands where something was, made with the installation's key
mentions.py      where a person is mentioned in a text
spelling.py      a text as it reads, and where each character of it is written
encoded.py       texts inside texts: percent, JSON, HTML, base64, hex
searching.py     mentions in texts and bytes of any encoding; suspicion.py tells where none can be
field.py         a field of a raw delivery, and where it is written; those of a form, a JSON object
                 and a multipart body are in form_fields.py, json_fields.py, multipart_fields.py
fields.py        raw bytes with some of their fields replaced
ending.py        which values of a lead end
told.py          whom one delivery tells
retention.py     what ends after so many days, by classes
eraser.py        all of it over deliveries, texts and documents
"""
