"""The pages, one file each: what its cards ask, and how they show the answers.

A new page: its reports under analytics/sql/reports, named in analytics/reports/register.py; a
`PAGE` in a file here, with a function per card; its texts in dashboards/texts; and a line below.
"""

from dashboards.cards import Page
from dashboards.pages import (
    attribution,
    callback,
    data,
    deliveries,
    journal,
    lead,
    models,
    overview,
    quality,
    spam,
    staff,
    tags,
    uniqueness,
)

PAGES: tuple[Page, ...] = (
    overview.PAGE,
    attribution.PAGE,
    models.PAGE,
    uniqueness.PAGE,
    tags.PAGE,
    quality.PAGE,
    staff.PAGE,
    callback.PAGE,
    spam.PAGE,
    journal.PAGE,
    lead.PAGE,
    deliveries.PAGE,
    data.PAGE,
)
"""In the order of the navigation."""
