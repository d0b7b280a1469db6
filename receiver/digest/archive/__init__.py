"""The archive: digested deliveries, byte for byte, in one Parquet file per day.

archive.py         its files and their manifest; built on files.py, rows.py and checksum.py
manifest/          what must be there, file by file
numbered.py        deliveries with their ids
keeper.py          fills it, and keeps the list of what is wrong with it (faults.py)
check.py           finds faults; state.py does so for commands
reference.py       what a store knows about it; present_stores.py, the stores that exist
coverage.py        where archive and inbox meet
adoption.py        files that the manifest does not name
accept_loss.py     `rebuild --accept-loss`: what salvage.py gets from a store becomes a row as in
                   saved.py
"""
