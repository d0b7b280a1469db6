"""Digest: from the inbox into the store, in a process of its own.

running.py         the loop: fold, publish, archive, forget
lock.py            one digest at a time
batch.py           deliveries numbered, and cut into what one transaction takes
decoding_ahead.py  a second process (decoding.py) decodes the next batch meanwhile
archive.py         digested deliveries, byte for byte, in one Parquet file per day
rebuild.py         a batch into the store; the whole store made again
recovery.py        a store that does not open
disk_room.py       how much of the disk is left to the inbox
"""
