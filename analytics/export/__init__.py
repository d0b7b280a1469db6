"""The tables of a published file as Parquet by month, for those who have no file share.

tables.py     which table is cut by which day
months.py     a month of a table as a Parquet file, the same bytes for the same rows
manifest.py   what readers follow: which files are the export
places.py     a directory, or a bucket (bucket.py), that takes files whole or not at all
exporting.py  one export: files first, the manifest last, then what has been unnamed long enough
"""
