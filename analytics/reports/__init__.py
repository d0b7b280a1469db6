"""Reports: the questions that pages ask, one SQL file each under `sql/reports/<page>`.

Every number on a page comes from one of them, and `/api/reports/<name>` gives the same rows.
"""
