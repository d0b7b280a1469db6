"""Digest: from the inbox into the store, in a process of its own.

running.py         the loop: fold, publish, archive, forget
store_keeper.py    how it comes by a store, and never by one that holds less
lock.py            one digest at a time
batch.py           deliveries numbered, and cut into what one transaction takes
by_batches.py      a batch into the store
decoding_ahead.py  a second process (decoding.py) decodes the next batch meanwhile
archive.py         digested deliveries, byte for byte, in one Parquet file per day: archive_rows.py
                   (with checksum.py), archive_files.py, and what must be there: manifest.py,
                   manifest_contents.py over manifest_log.py
archive_keeper.py  fills it and keeps the account of what is wrong with it (archive_faults.py)
archive_check.py   finds that out; reference.py is what a store knows of it, archived.py where inbox
                   and archive meet, present_store.py, archive_state.py for commands
adoption.py        files that the manifest does not name
saving.py          what is saved of lost files, as rows of saved.py
rebuild.py         the whole store made again
by_leads.py        very many deliveries into an empty store, lead by lead, in two more processes
                   (folding.py), from where they were put aside (shares.py)
second_process.py  how such processes are started, and answer
recovery.py        a store that does not open
damage.py          bytes of the inbox that are no deliveries
disk_room.py       how much of the disk is left to the inbox
"""
