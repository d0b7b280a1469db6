"""Digest: from the inbox into the store, in a process of its own.

running.py       the loop: fold, publish, archive, delete
store_keeper.py  opens the store, rebuilds it or adopts another, never one that holds less
lock.py          one digest at a time
batch.py         numbers deliveries and cuts them into batches, one transaction each
by_batches.py    folds a batch into the store
by_leads.py      folds very many deliveries into an empty store, lead by lead
rebuild.py       makes the whole store again
recovery.py      opens a damaged store
damage.py        keeps bytes of the inbox that are not deliveries
disk_room.py     leaves disk space to the inbox
settle.py        waits until everything received is published
run_tables.py    copies what resync and reconcile recorded into the published file
archive/         digested deliveries, byte for byte, and what must be there
workers/         more processes: one decodes ahead, two fold for a rebuild
"""
