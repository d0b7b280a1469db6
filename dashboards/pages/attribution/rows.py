"""`/attribution/rows`: the rows below one row of the tree, as its script fetches them."""

from flask import Response, request

from analytics.reports.parameter import ReportParameter
from dashboards.access.roles import Audience
from dashboards.page.cards import Page
from dashboards.page.from_url import card_context
from dashboards.page.known import opened
from dashboards.page.render import refuse_unknown
from dashboards.pages.attribution.tree import GROUP_BY, ROWS_PATH, Scale, headings, rows_below
from dashboards.web.reader_request import render

ROWS = Page(
    "attribution",
    ROWS_PATH,
    (),
    (
        GROUP_BY,
        ReportParameter("level", 1, 1, 9),
        ReportParameter("most", 0),
        ReportParameter("whole", 0),
    ),
    audience=Audience.SITES,
)


def show_rows() -> Response:
    """The view: `<tr>`s alone. Raises `BadQuery`, `NotPublished`."""
    refuse_unknown(request.args, ROWS)
    with opened(request.args) as (db, reader_context):
        context = card_context(db, reader_context, ROWS, request.args, {})
        options = context.options
        group, scale = options["group_by"], Scale(options["most"], options["whole"])
        rows, columns = (
            rows_below(context, group, options["level"], scale),
            headings(group, context),
        )
    return Response(render("parts/tree_rows.html", reader_context, columns=columns, rows=rows))
