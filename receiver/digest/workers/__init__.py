"""Processes that work for digest, since Python runs one thread at a time.

process.py       starts them, and answers requests over a pipe
decode_ahead.py  has decoder.py decode the next batch while digest folds this one
folder.py        decodes and folds for a rebuild
spill.py         deliveries spilled to disk in the order of their leads, read back share by share
"""
