"""The pages: what their cards ask, and how they show the answers.

A page is a folder named as its URL: `page.py` has the `PAGE`, its other files a card or a part
each. A new page: its reports under analytics/sql/reports, named in analytics/reports/registry.py;
a `PAGE` with a function per card; its texts in dashboards/texts; and a line in register.py.
"""
