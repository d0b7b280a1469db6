"""What there is beside rows: charts, statements, and why a number has changed."""

from collections.abc import Sequence
from typing import Any

from analytics.as_of.causes import MEASURES
from analytics.reports.registry import REPORTS
from dashboards.api.chart_register import CHARTS
from dashboards.api.openapi.answers import refusals

_TEXT = {"type": "string"}
_FIGURE = {
    "type": "object",
    "required": ["card", "name", "title", "label", "figure", "locale"],
    "properties": {
        **dict.fromkeys(("card", "name", "title", "label"), _TEXT),
        "figure": {"type": "object", "required": ["data", "layout"]},
        "locale": {"type": "object"},
    },
}
_CAUSE = {
    "type": "object",
    "required": ["cause", "fields", "leads", "changes"],
    "properties": {
        "cause": _TEXT,
        "fields": {"type": "array", "items": _TEXT},
        "leads": {"type": "integer"},
        "changes": {
            "type": "object",
            "properties": {name: {"type": "integer"} for name in MEASURES},
        },
    },
}
_AS_EVERYWHERE = ("period", "from", "to", "model", "lang")


def other_paths() -> dict[str, Any]:
    named = [report.name for report in REPORTS]
    figures = {"type": "object", "properties": {"figures": {"type": "array", "items": _FIGURE}}}
    causes = {"type": "object", "properties": {"causes": {"type": "array", "items": _CAUSE}}}
    return {
        "/api/figures/{report}": _get(
            "figures",
            "The charts that a page draws from a report, as plotly figures. Takes the filters and "
            "the options of that page.",
            [_report(list(CHARTS)), *_shared(*_AS_EVERYWHERE, "compare", "as_of")],
            {"application/json": {"schema": figures}},
        ),
        "/api/reports/{report}/sql": _get(
            "report_sql",
            "The SQL that gives the rows of a report in any DuckDB client. Takes the parameters of "
            "the report.",
            [_report(named), *_shared("lang")],
            {"text/plain": {"schema": _TEXT}},
        ),
        "/api/why_changed": _get(
            "why_changed",
            "What moved the numbers of some leads between two instants of knowledge: causes that "
            "add up to the difference. Takes any filter.",
            [
                _instant("before", "The earlier instant, as `as_of`.", required=True),
                _instant("after", "The later one; now without it."),
                *_shared(*_AS_EVERYWHERE),
            ],
            {"application/json": {"schema": causes}},
        ),
    }


def _get(
    name: str, said: str, parameters: Sequence[dict[str, Any]], content: dict[str, Any]
) -> dict[str, Any]:
    return {
        "get": {
            "operationId": name,
            "tags": ["about"],
            "summary": said.partition(".")[0],
            "description": said,
            "parameters": list(parameters),
            "responses": {
                "200": {"description": said, "content": content},
                **refusals("400", "401", "403", "404", "503"),
            },
        }
    }


def _report(names: list[str]) -> dict[str, Any]:
    said = "The name of the report."
    schema = {"enum": names}
    return {"name": "report", "in": "path", "required": True, "description": said, "schema": schema}


def _instant(name: str, said: str, *, required: bool = False) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": required,
        "description": said,
        "schema": {"type": "string"},
    }


def _shared(*names: str) -> list[dict[str, str]]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]
