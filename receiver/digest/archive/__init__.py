"""The archive: digested deliveries, byte for byte, in one Parquet file per day.

archive.py         its files and their manifest; files.py, rows.py and checksum.py under it
manifest/          what must be there, file by file
keeper.py          fills it, and keeps the account of what is wrong with it (faults.py)
check.py           finds that out; state.py does it for commands
reference.py       what a store knows of it; present_stores.py, the stores that are left
coverage.py        where archive and inbox meet
adoption.py        files that the manifest does not name
accept_loss.py     what is saved of lost files, as rows of saved.py
"""
