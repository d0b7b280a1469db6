"""Processes that work for digest, as Python does one thread's work at a time.

process.py       how they are started, and answer requests over a pipe
decode_ahead.py  decoder.py decodes the next batch while digest folds this one
folder.py        decodes and folds for a rebuild
spill.py         deliveries put aside on disk in the order of their leads, share by share
"""
