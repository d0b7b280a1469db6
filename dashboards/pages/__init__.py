"""The pages: what their cards ask, and how they show the answers.

A page is a folder named as its URL: `page.py` has the `PAGE`, its other files a card or a part
each. A new page: its reports under analytics/sql/reports, named in analytics/reports/registry;
a `PAGE` with a function per card; its texts in dashboards/texts; and a line in register.py.

A card asks a report for rows of a shape, a dataclass with the columns that it uses
(`ask_rows(context, "sources", TopSource)`, dashboards/page/rows.py). A table is a tuple of columns,
each of which says what it is called and what it shows of a row (dashboards/page/column.py);
`table_of` and `chart_with_table` put the two together.
"""
