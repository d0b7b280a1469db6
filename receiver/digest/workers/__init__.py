"""Processes that work for digest, since Python runs one thread at a time.

process.py       starts them, and answers requests over a pipe
raw_delivery.py  a delivery as it is sent to them, and its decoding
decoder.py       decodes ahead of digest
folder.py        decodes and folds for a rebuild
spill.py         deliveries spilled to disk in the order of their leads, read back share by share
"""
