"""What a reader with limited rights is given: the same tables, with only the leads of those rights.

No report knows of it. Views of the same names stand where reports, pages and everything else look
for the tables, so that nobody can forget to filter.
"""
