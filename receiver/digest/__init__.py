"""Digest: from the inbox into the store, in a process of its own.

running.py         the loop: fold, publish, archive, forget
lock.py            one digest at a time
batch.py           deliveries numbered, and cut into what one transaction takes
by_batches.py      a batch into the store
decoding_ahead.py  a second process (decoding.py) decodes the next batch meanwhile
archive.py         digested deliveries, byte for byte, in one Parquet file per day
rebuild.py         the whole store made again
by_leads.py        very many deliveries into an empty store, lead by lead, in two more processes
                   (folding.py), from where they were put aside (shares.py)
second_process.py  how such processes are started, and answer
recovery.py        a store that does not open
disk_room.py       how much of the disk is left to the inbox
"""
