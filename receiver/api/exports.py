"""The calls export and the requests export: one site, one day, one attribution model at a time.

Calls want `dd/mm/yyyy`, requests `mm/dd/yyyy`; a date in the wrong order is silently read as
another day. So what comes back is held against the day that was asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from receiver.api.client import ApiClient, UnexpectedAnswer

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


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """What one or more web requests fetch. Requests have no choice of model: theirs is None."""

    day: date
    site_id: int
    lead_type: LeadType
    model: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """`total`: how many pages there are, as far as Calltouch says."""

    records: list[Record]
    total: int | None


def pages(client: ApiClient, window: Window, token: str) -> Iterator[Page]:
    """All pages of a window. Raises `ApiError`."""
    if window.lead_type == "call":
        yield from _call_pages(client, window, token)
    else:
        yield from _request_pages(client, window, token)


def _call_pages(client: ApiClient, window: Window, token: str) -> Iterator[Page]:
    path = f"/calls-service/RestAPI/{window.site_id}/calls-diary/calls"
    day = window.day.strftime("%d/%m/%Y")
    fixed = {
        "clientApiId": token,
        "dateFrom": day,
        "dateTo": day,
        "limit": str(PAGE_RECORDS),
        "attribution": str(window.model),
        **dict.fromkeys(_CALL_FLAGS, "true"),
    }
    number = 1
    while True:
        answer = client.get(path, {**fixed, "page": str(number)}, window.site_id)
        page = _call_page(answer)
        yield page
        # Of an empty day Calltouch may say that it has 0 pages.
        if page.total is None or number >= page.total:
            return
        number += 1


def _call_page(answer: Any) -> Page:
    if isinstance(answer, list):
        return Page(_records(answer), None)
    if not isinstance(answer, Mapping) or not isinstance(answer.get("records"), list):
        raise UnexpectedAnswer("the calls export answered neither a list nor a page of records")
    total = answer.get("pageTotal")
    if not isinstance(total, int):
        raise UnexpectedAnswer("the calls export answered a page without pageTotal")
    return Page(_records(answer["records"]), total)


def _request_pages(client: ApiClient, window: Window, token: str) -> Iterator[Page]:
    """Whether Calltouch heeds `page` here is not documented: the same ids again, or more records
    than asked for, mean that it does not."""
    day = window.day.strftime("%m/%d/%Y")
    fixed = {
        "clientApiId": token,
        "siteId": str(window.site_id),
        "dateFrom": day,
        "dateTo": day,
        "limit": str(PAGE_RECORDS),
        **dict.fromkeys(_REQUEST_FLAGS, "true"),
    }
    seen: set[object] = set()
    number = 1
    while True:
        path = "/calls-service/RestAPI/requests"
        answer = client.get(path, {**fixed, "page": str(number)}, window.site_id)
        if not isinstance(answer, list):
            raise UnexpectedAnswer("the requests export did not answer a list")
        records = _records(answer)
        fresh = [record for record in records if record.get("requestId") not in seen]
        seen.update(record.get("requestId") for record in records)
        yield Page(fresh, None)
        if len(records) != PAGE_RECORDS or not fresh:
            return
        number += 1


def _records(found: list[Any]) -> list[Record]:
    if not all(isinstance(record, dict) for record in found):
        raise UnexpectedAnswer("an export answered a list of something else than records")
    return found
