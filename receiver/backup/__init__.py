"""Backup and restore: a copy of all that cannot be made again, taken while everything runs.

shelf.py     the directory that backups stand in: which are whole, and how old the last one is
manifest.py  what a backup holds, with sizes and checksums
contents.py  what of the data directory belongs in one
copying.py   one file into a backup: linked to the last one, or copied
parts.py     the parts of a backup, each read as its writers allow
counting.py  deliveries per day
taking.py    all of it, in the one order that loses nothing
tidying.py   older ones go
daily.py     every day, inside `serve`
erasing_again.py who was erased since is erased from what is put back
restoring.py checked, put back, the store made again, and compared
"""
