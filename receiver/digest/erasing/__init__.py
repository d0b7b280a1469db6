"""Erasing, where it is carried out: by digest, which alone writes the store and the archive.

erasures.py      which leads are erased, and the acts of it: a log beside the archive
tombstones.py    what comes of an erased lead later is ended before anybody sees it
orders.py        who is to be erased: files that somebody writes and digest carries out
carrying_out.py  from the order to the act, in steps that may be done twice
places.py        everywhere a person may be, counted and erased
values.py        what becomes of a value
sqlite_files.py  values of SQLite files, with nothing left in free pages and logs
files.py         other files: damaged bytes, operations, the inbox of flows
leftovers.py     stores that were put aside, copies, what killed processes left
act.py           what was done, as a page that names nobody
audit.py         a line in the access log
"""
