"""The whole document. It needs no published file: columns are told by an empty store."""

import re
from functools import partial
from typing import Any

import orjson
from flask import Blueprint, Response, request

from analytics.reports.registry import REPORTS
from analytics.reports.report import Report
from analytics.statements import head_comment
from analytics.store import SCHEMA_VERSION
from dashboards.access.gate import shown_to
from dashboards.access.roles import Audience
from dashboards.access.sign_in.sessions import COOKIE
from dashboards.api.openapi.answers import (
    refusals,
    responses_to,
    shared_responses,
    shared_schemas,
)
from dashboards.api.openapi.others import other_paths
from dashboards.api.openapi.parameters import parameters_of, shared_parameters
from dashboards.api.openapi.sql import sql_operation
from dashboards.api.openapi.wording import (
    ABOUT,
    DEFINITIONS,
    LIST_OF_REPORTS,
    ONE_REPORT,
    THIS_DOCUMENT,
)
from dashboards.api.parameters import read_language, refuse_all_but

openapi = Blueprint("openapi", __name__, url_prefix="/api")

TAKES = ("lang",)
_BOUND = re.compile(r"\$([a-z_]+)")
_SENTENCE = re.compile(r"^(.*?)\.(\s|$)")


@openapi.get("/openapi.json")
@partial(shown_to, Audience.SITES)
def show() -> Response:
    """Raises `BadQuery`."""
    refuse_all_but(TAKES, request.args)
    read_language(request.args)
    return Response(orjson.dumps(document(request.script_root)), mimetype="application/json")


def document(root: str = "") -> dict[str, Any]:
    """`root`: where the application stands, in front of every path."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Calltouch reports",
            "version": f"{SCHEMA_VERSION}",
            "description": ABOUT,
        },
        "servers": [{"url": root or "/"}],
        "security": [{"token": []}, {"session": []}],
        "paths": {
            "/api/reports": {"get": _list_of_reports()},
            "/api/openapi.json": {"get": _itself()},
            "/api/definitions": {"get": _definitions()},
            "/api/sql": {"post": sql_operation()},
            **other_paths(),
            **{f"/api/reports/{report.name}": {"get": _operation(report)} for report in REPORTS},
        },
        "components": {
            "parameters": shared_parameters(),
            "responses": shared_responses(),
            "schemas": shared_schemas(),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
    }


def _operation(report: Report) -> dict[str, Any]:
    said = definition_of(report)
    first = _SENTENCE.match(said)
    return {
        "operationId": report.name,
        "tags": [report.page],
        "summary": first[1] if first else said,
        "description": said,
        "parameters": parameters_of(report),
        "responses": responses_to(report),
    }


def definition_of(report: Report) -> str:
    """What its rows and columns count."""
    return _BOUND.sub(r"`\1`", head_comment(report.path))


def _list_of_reports() -> dict[str, Any]:
    return _plain("reports", LIST_OF_REPORTS, ["reports", "filters", "formats"])


def _itself() -> dict[str, Any]:
    return _plain("openapi", THIS_DOCUMENT, ["openapi", "info", "paths"])


def _definitions() -> dict[str, Any]:
    operation = _plain("definitions", DEFINITIONS, ["reports", "pages", "filters"])
    names = {"enum": [report.name for report in REPORTS]}
    one = {"name": "report", "in": "query", "description": ONE_REPORT, "schema": names}
    return {**operation, "parameters": [one, *operation["parameters"]]}


def _plain(name: str, said: str, required: list[str]) -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "object", "required": required}}}
    return {
        "operationId": name,
        "tags": ["about"],
        "summary": said,
        "parameters": [{"$ref": "#/components/parameters/lang"}],
        "responses": {
            "200": {"description": said, "content": content},
            **refusals("400", "401", "403", "503"),
        },
    }
