"""What is sent to Calltouch, as request bodies. Pure: no I/O, no clock.

`body()` raises `InvalidValue`, so everything can be checked before anything is sent.
Texts that are empty are left out: an empty `sessionId` makes Calltouch reject the whole request.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from receiver.calltouch_api.validation import (
    InvalidValue,
    callback_phone,
    email_address,
    moment,
    needed_text,
    needed_texts,
    optional_text,
    request_phone,
)

Body = dict[str, Any]
LeadKind = Literal["call", "request"]
T = TypeVar("T")

MOST_ITEMS = 100
_LONGEST_SUBJECT = 256
_LONGEST_SESSION = 100
_LONGEST_NAME = 255
_MOST_FIELDS = 5
_MOST_TAGS, _LONGEST_TAG = 10, 100


@dataclass(frozen=True, slots=True)
class TrafficSource:
    """Traffic source of a lead without a Calltouch session."""

    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    content: str | None = None
    term: str | None = None

    def body(self) -> Body:
        names = ("source", "medium", "campaign", "content", "term")
        return _filled({name: optional_text(name, getattr(self, name)) for name in names})


@dataclass(frozen=True, slots=True)
class NewRequest:
    """`number`: your own ID; finds the request if the answer is lost.

    `at`: in Calltouch's local time; None means now.
    """

    number: str | None = None
    subject: str | None = None
    page: str | None = None
    at: datetime | str | None = None
    session_id: str | None = None
    phone: str | None = None
    email: str | None = None
    fio: str | None = None
    comment: str | None = None
    tags: tuple[str, ...] = ()
    source: TrafficSource = TrafficSource()
    manager: str | None = None

    def body(self) -> Body:
        phone, email = optional_text("phone", self.phone), optional_text("email", self.email)
        comment = optional_text("comment", self.comment)
        body = {
            "requestNumber": optional_text("requestNumber", self.number),
            "subject": optional_text("subject", self.subject, _LONGEST_SUBJECT),
            "requestUrl": optional_text("requestUrl", self.page),
            "requestDate": f"{moment('requestDate', self.at):%d-%m-%Y %H:%M:%S}" if self.at else "",
            "sessionId": optional_text("sessionId", self.session_id, _LONGEST_SESSION),
            "phoneNumber": request_phone(phone) if phone else None,
            "email": email_address(email) if email else None,
            "fio": optional_text("fio", self.fio),
            "comment": {"text": comment} if comment else None,
            "addTags": [{"tag": tag} for tag in needed_texts("tag", self.tags)],
            "customSources": self.source.body(),
            "manager": optional_text("manager", self.manager),
        }
        if not any(body[name] for name in ("phoneNumber", "email", "fio", "sessionId")):
            raise InvalidValue(
                "a request needs at least one of phone, email, fio and session",
                "missing-field",
                "phone",
            )
        return _filled(body)


@dataclass(frozen=True, slots=True)
class CallbackOrder:
    """`route_key`: of the widget. `at`: None is as soon as possible. Calltouch's local time.

    Per Calltouch, a session takes precedence over the source.
    """

    route_key: str
    phone: str
    fields: tuple[tuple[str, str], ...] = ()
    session_id: str | None = None
    at: datetime | str | None = None
    source: TrafficSource = TrafficSource()
    page: str | None = None
    tags: tuple[str, ...] = ()
    unit_id: int | None = None

    def body(self) -> Body:
        if len(self.fields) > _MOST_FIELDS:
            text = f"{len(self.fields)} fields: Calltouch accepts up to {_MOST_FIELDS}"
            raise InvalidValue(text, "too-many", "fields")
        if len(self.tags) > _MOST_TAGS:
            text = f"{len(self.tags)} tags: Calltouch accepts up to {_MOST_TAGS}"
            raise InvalidValue(text, "too-many", "tags")
        utm = {f"utm{name.capitalize()}": text for name, text in self.source.body().items()}
        body = {
            "routeKey": needed_text("routeKey", self.route_key, _LONGEST_NAME),
            "phone": callback_phone(self.phone),
            "fields": [_field(name, value) for name, value in self.fields],
            "sessionId": optional_text("sessionId", self.session_id, _LONGEST_SESSION),
            "scheduleTime": f"{moment('scheduleTime', self.at):%Y-%m-%d %H:%M:%S}"
            if self.at
            else "",
            **utm,
            "callUrl": optional_text("callUrl", self.page),
            "tags": needed_texts("tag", self.tags, _LONGEST_TAG),
            "unitId": self.unit_id,
        }
        return _filled(body)


@dataclass(frozen=True, slots=True)
class LeadId:
    """Call and request IDs overlap, so the kind is part of the ID."""

    kind: LeadKind
    number: int

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    def matching(self) -> list[Body]:
        if self.number < 1:
            text = f"{self}: a lead ID is a number from 1; see Calltouch's journal"
            raise InvalidValue(text, "bad-lead", "lead")
        return [{"type": self.kind, f"{self.kind}Params": {f"{self.kind}Id": self.number}}]


@dataclass(frozen=True, slots=True)
class LeadTags:
    """`overwrite`: replace tags added earlier through the API."""

    lead: LeadId
    tags: tuple[str, ...]
    overwrite: bool = False

    def body(self) -> Body:
        tags = [{"tag": tag} for tag in needed_texts("tag", self.tags)]
        if not tags:
            text = f"{self.lead}: give at least one tag"
            raise InvalidValue(text, "missing-field", "tags")
        return {
            "matching": self.lead.matching(),
            "addTags": {"overwrite": self.overwrite, "tags": tags},
        }


@dataclass(frozen=True, slots=True)
class LeadComment:
    lead: LeadId
    text: str

    def body(self) -> Body:
        return {
            "matching": self.lead.matching(),
            "addComment": needed_text("comment", self.text),
        }


@dataclass(frozen=True, slots=True)
class LeadManagers:
    """`overwrite`: replace the lead's managers."""

    lead: LeadId
    managers: tuple[str, ...]
    overwrite: bool = False

    def body(self) -> Body:
        managers = [{"manager": name} for name in needed_texts("manager", self.managers)]
        if not managers:
            text = f"{self.lead}: give at least one manager"
            raise InvalidValue(text, "missing-field", "managers")
        return {
            "matching": self.lead.matching(),
            "addManagers": {"overwrite": self.overwrite, "managers": managers},
        }


def requests_body(requests: Sequence[NewRequest]) -> Body:
    check_numbers(requests)
    return {"requests": _items("request", requests)}


def tags_body(taggings: Sequence[LeadTags]) -> Body:
    return {"leads": _items("tagging", taggings)}


def comments_body(commentings: Sequence[LeadComment]) -> Body:
    return {"comments": _items("comment", commentings)}


def managers_body(managings: Sequence[LeadManagers]) -> Body:
    return {"leads": _items("assignment", managings)}


def check_numbers(requests: Iterable[NewRequest]) -> None:
    """Numbers must be unique: Calltouch's answer refers to them. Raises `InvalidValue`."""
    numbers = (optional_text("requestNumber", request.number) for request in requests)
    twice = [number for number, count in Counter(numbers).items() if number and count > 1]
    if twice:
        raise InvalidValue(f"requestNumber {twice[0]} is used twice; each request needs its own")


def in_batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Batches of the size that one API request may carry."""
    for start in range(0, len(items), MOST_ITEMS):
        yield items[start : start + MOST_ITEMS]


def _items(
    noun: str, items: Sequence[NewRequest] | Sequence[LeadTags | LeadComment | LeadManagers]
) -> list[Body]:
    if not 1 <= len(items) <= MOST_ITEMS:
        raise InvalidValue(
            f"{len(items)} at once: Calltouch accepts 1 to {MOST_ITEMS}; send in batches"
        )
    bodies = []
    for number, item in enumerate(items, 1):
        try:
            bodies.append(item.body())
        except InvalidValue as error:
            raise InvalidValue(
                f"{noun} {number}: {error}" if len(items) > 1 else str(error),
                error.reason,
                error.field,
            ) from None
    return bodies


def _field(name: str, value: str) -> Body:
    return {
        "name": needed_text("name of a field", name, _LONGEST_NAME),
        "value": needed_text(f"field {name}", value, _LONGEST_NAME),
    }


def _filled(body: Body) -> Body:
    return {name: value for name, value in body.items() if value not in (None, "", [], {})}
