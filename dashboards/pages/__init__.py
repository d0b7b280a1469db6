"""The pages, one file each: a view that reads its arguments, asks, shapes and renders.

A new page: its reports under analytics/sql/reports, what they answer in dashboards/numbers.py, a
blueprint `page` in a file here, a template of the same name, its texts in dashboards/texts.toml,
and a line below.
"""

from flask import Blueprint

from dashboards.pages import overview

PAGES: tuple[Blueprint, ...] = (overview.page,)
