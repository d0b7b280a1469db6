"""The pages: what their cards ask, and how they show the answers.

A page that fits is a file, another one a folder whose `page.py` has the `PAGE` and whose other
files have a card or a part each. A new page: its reports under analytics/sql/reports, named in
analytics/reports/register.py; a `PAGE` with a function per card; its texts in dashboards/texts;
and a line in register.py.
"""
