"""Digest: from the inbox into the store, in a process of its own.

running.py       the loop: fold, publish, archive, delete
publishing.py    when the store is published, and what goes with it
store_keeper.py  opens the store, rebuilds it or adopts another, never one that holds less
store_files.py   the files that belong to one store
batch.py         cuts deliveries into batches, one transaction each
decode_ahead.py  has a second process decode the next batch while this one is folded
by_batches.py    folds a batch into the store
by_leads.py      folds very many deliveries into an empty store, lead by lead
rebuild.py       makes the whole store again
recovery.py      opens a damaged store
damage.py        keeps bytes of the inbox that are not deliveries
disk_room.py     leaves disk space to the inbox
settle.py        waits until everything received is published
run_tables.py    copies what resync and reconcile recorded into the published file
archive/         digested deliveries, byte for byte, and what must be there
workers/         what runs in more processes: one decodes ahead, two fold for a rebuild
"""
