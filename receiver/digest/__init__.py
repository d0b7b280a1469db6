"""Digest: from the inbox into the store, in a process of its own.

running.py       the loop: fold, publish, archive, forget
store_keeper.py  how it comes by a store, and never by one that holds less
lock.py          one digest at a time
batch.py         deliveries numbered, and cut into what one transaction takes
by_batches.py    a batch into the store
by_leads.py      very many deliveries into an empty store, lead by lead
rebuild.py       the whole store made again
recovery.py      a store that does not open
damage.py        bytes of the inbox that are no deliveries
disk_room.py     how much of the disk is left to the inbox
settle.py        waits until all that came is published
run_tables.py    what resync and reconcile noted, for the published file
archive/         digested deliveries, byte for byte, and what must be there
workers/         more processes: one decodes ahead, two fold for a rebuild
"""
