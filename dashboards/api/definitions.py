"""`/api/definitions`: what each report counts, on which page it is shown, and what its columns,
parameters and filters mean. For programs that explain what they found."""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from analytics.reports.described import column_types
from analytics.reports.groups import GROUPS
from analytics.reports.registry import REPORTS
from analytics.reports.registry.limits import is_told_to_limited
from analytics.reports.report import Report
from dashboards.access.gate import current_reader, shown_to
from dashboards.access.roles import Audience, Reader
from dashboards.api.openapi.answers import rows_of
from dashboards.api.openapi.document import definition_of
from dashboards.api.openapi.parameters import parameters_of, shared_parameters
from dashboards.api.parameters import read_language, refuse_all_but
from dashboards.page.cards import Card, Page
from dashboards.page.from_url import IN_PATH
from dashboards.slice.bad_query import BadQuery
from dashboards.wording.texts import Texts, catalogue

TAKES = ("report", "lang")

Definition = dict[str, Any]


def definitions_of(pages: Sequence[Page]) -> Blueprint:
    """The view, which knows the pages."""
    blueprint = Blueprint("definitions", __name__, url_prefix="/api")
    view = shown_to(Audience.SITES, partial(_show, {page.name: page for page in pages}))
    blueprint.add_url_rule("/definitions", "show", view)
    return blueprint


def _show(pages: dict[str, Page]) -> ResponseReturnValue:
    """Raises `BadQuery`."""
    refuse_all_but(TAKES, request.args)
    read_language(request.args)
    texts, reader = Texts(request.args.get("lang") or "en"), current_reader()
    chosen = _chosen([report for report in REPORTS if _is_told(report, reader)])
    shown = dict.fromkeys(report.page for report in chosen)
    return jsonify(
        reports=[_report(report) for report in chosen],
        pages=[_page(pages[name], texts) for name in shown],
        filters=[] if "report" in request.args else _plain(shared_parameters()),
    )


def _is_told(report: Report, reader: Reader) -> bool:
    return not reader.is_limited or is_told_to_limited(report)


def _chosen(known: Sequence[Report]) -> Sequence[Report]:
    name = request.args.get("report")
    found = [report for report in known if name in (None, report.name)]
    if not found:
        names = [report.name for report in known]
        raise BadQuery("bad_query.report", names, "report", name=name or "")
    return found


def _report(report: Report) -> Definition:
    own = {parameter.name for parameter in report.parameters}
    shared = shared_parameters()
    listed = {one["name"]: one for one in _resolved(parameters_of(report), shared)}
    return {
        "report": report.name,
        "page": report.page,
        "definition": definition_of(report),
        "columns": [
            {"column": name, "definition": schema.get("description")}
            for name, schema in rows_of(report).items()
            if name in column_types()[report.name]
        ],
        "parameters": _plain({name: one for name, one in listed.items() if name in own}),
        "takes": [name for name in listed if name not in own],
        "group_by": list(GROUPS) if report.groups else [],
    }


def _resolved(
    parameters: Sequence[Definition], shared: dict[str, Definition]
) -> Iterator[Definition]:
    for one in parameters:
        yield shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one


def _plain(parameters: dict[str, Definition]) -> list[Definition]:
    return [
        {"parameter": name, "definition": one.get("description"), "schema": one["schema"]}
        for name, one in parameters.items()
    ]


def _page(page: Page, texts: Texts) -> Definition:
    return {
        "page": page.name,
        "path": re.sub(IN_PATH, r"{\1}", page.path),
        "title": texts(f"{page.name}.title"),
        "question": texts(f"{page.name}.question"),
        "takes": {"leads": "filters", "period": "period", "no": "nothing"}[page.sliced],
        "cards": [_card(card, texts) for card in page.cards],
    }


def _card(card: Card, texts: Texts) -> Definition:
    """The title is None where it depends on what is chosen."""
    title = texts(card.name) if card.name in catalogue() else None
    return {"card": card.key, "title": title, "definition": texts(f"{card.name}_why")}
