"""The two exports: a page of one site, one day, one attribution model.

Calls take `dd/mm/yyyy`, requests `mm/dd/yyyy`; a date in the wrong order is silently read as
another day. So records are checked against the requested day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from receiver.calltouch_api.client import ApiAnswer, ApiClient, UnexpectedAnswer
from receiver.calltouch_api.parts import whole

Record = dict[str, Any]
LeadType = Literal["call", "request"]

PAGE_RECORDS = 1000

_CALL_FLAGS = (
    "withCallTags",
    "withComments",
    "withText",
    "withCallbackInfo",
    "withOrders",
    "withAttrs",
)
_REQUEST_FLAGS = ("withRequestTags", "withAttrs")


@dataclass(frozen=True, slots=True)
class ExportWindow:
    """What one or more API requests fetch. `model` None: the requests export gets no model."""

    day: date
    site_id: int
    lead_type: LeadType
    model: int | None


@dataclass(frozen=True, slots=True)
class ExportPage:
    """`records`: items of the list, of any type. `asked_at`: as in `ApiAnswer`. `page_total`,
    `record_total`: of the whole window, if Calltouch gives them."""

    number: int
    records: list[Any]
    asked_at: int
    page_total: int | None = None
    record_total: int | None = None


def fetch_page(client: ApiClient, window: ExportWindow, token: str, number: int) -> ExportPage:
    """Raises `ApiError`."""
    path, query = _asked(window)
    fixed = {"clientApiId": token, "limit": str(PAGE_RECORDS), "page": str(number)}
    return _page(number, client.get(path, {**query, **fixed}, window.site_id))


def export_path(window: ExportWindow) -> str:
    if window.lead_type == "request":
        return "/calls-service/RestAPI/requests"
    return f"/calls-service/RestAPI/{window.site_id}/calls-diary/calls"


def id_name(lead_type: LeadType) -> str:
    """Name of the lead ID in the records."""
    return "callId" if lead_type == "call" else "requestId"


def _asked(window: ExportWindow) -> tuple[str, dict[str, str]]:
    is_call = window.lead_type == "call"
    day = window.day.strftime("%d/%m/%Y" if is_call else "%m/%d/%Y")
    return export_path(window), {
        "dateFrom": day,
        "dateTo": day,
        **({} if is_call else {"siteId": str(window.site_id)}),
        **({} if window.model is None else {"attribution": str(window.model)}),
        **dict.fromkeys(_CALL_FLAGS if is_call else _REQUEST_FLAGS, "true"),
    }


def _page(number: int, answer: ApiAnswer) -> ExportPage:
    """Either export may answer a bare list, or a page with totals."""
    document = answer.document
    if isinstance(document, list):
        return ExportPage(number, document, answer.asked_at)
    records = document.get("records") if isinstance(document, Mapping) else None
    if (
        isinstance(document, Mapping)
        and records is None
        and whole(document.get("recordsTotal")) == 0
    ):
        records = []
    if not isinstance(records, list):
        raise UnexpectedAnswer("an export answered neither a list nor a page of records")
    totals = (whole(document.get(name)) for name in ("pageTotal", "recordsTotal"))
    return ExportPage(number, records, answer.asked_at, *totals)
