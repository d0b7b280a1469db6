"""An export record as webhook parameters. Pure: no I/O, no clock.

Names and values are the webhook's. Where the API has the same under another name, the rows of
analytics/parameters say so; values in another format are converted here (`/32` after an address) or
omitted (a request's browser, which is the whole user agent there). What the export does not know is
omitted, and so is what no webhook carries (`keyword`, `mapVisits`, advertising ids). `odd` collects
the names of unreadable parts.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from analytics.parameters import PARAMETERS, TRAFFIC
from receiver.calltouch_api.lists import deals_comments_and_tags, one_list, phrase
from receiver.calltouch_api.parts import (
    Params,
    Record,
    RecordReader,
    an_object,
    local_time,
    text,
    whole,
)

# No call is older than Calltouch or from a later century.
_FIRST_SECOND = int(datetime(2008, 1, 1, tzinfo=UTC).timestamp())
_LAST_SECOND = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class PlainParameters:
    """Those that the API has under another name at most: its names by the webhook's."""

    texts: Mapping[str, str]
    numbers: Mapping[str, str]

    @classmethod
    def of(cls, names: Mapping[str, str | None]) -> "PlainParameters":
        known = [(name, theirs, PARAMETERS[name].kind) for name, theirs in names.items() if theirs]
        return cls(
            {name: theirs for name, theirs, kind in known if not kind.is_whole},
            {name: theirs for name, theirs, kind in known if kind.is_whole},
        )

    def read(self, parts: RecordReader) -> Params:
        return {**parts.scalars(self.texts), **parts.numbers(self.numbers)}


_LISTED = PARAMETERS.values()
_CALL = PlainParameters.of({one.name: one.call_api for one in _LISTED})
_REQUEST = PlainParameters.of(
    {one.name: one.request_api for one in _LISTED if one.name not in TRAFFIC}
)
_SESSION = PlainParameters.of({one.name: one.request_api for one in _LISTED if one.name in TRAFFIC})


def call_params(record: Record, odd: set[str] | None = None) -> Params:
    """Webhook parameters of a record of the calls export. While a call is running, null means not
    known yet and is left out."""
    params = _call_params(RecordReader(record, set() if odd is None else odd))
    if params.get("callphase") != "callconnected":
        return params
    return {name: value for name, value in params.items() if value is not None}


def _call_params(parts: RecordReader) -> Params:
    record = parts.record
    model = parts.model("attribution")
    return {
        "leadtype": "call",
        **_id(record, "callId", "id"),
        **_CALL.read(parts),
        **({} if model is None else {"attribution": model}),
        **_timestamp(parts),
        **parts.moment("date", "calltime"),
        **parts.word("uniqueCall", "unique", True, False),
        **parts.word("successful", "status", "successful", "unsuccessful"),
        **parts.word("targetCall", "targetcall", "target", "non-target"),
        **parts.word("uniqTargetCall", "uniqtargetcall", "uniqtarget", "non-uniqtarget"),
        **parts.word("callbackCall", "callback", "callback", "non-callback"),
        **deals_comments_and_tags(parts, "callTags"),
        **one_list(parts, "phrases", "text", phrase),
        **one_list(parts, "additionalTags", "add_url_params", an_object),
        **_callback(parts.part("callbackInfo")),
        **{name: kind for name, kind in parts.scalars({"pool": "poolType"}).items() if kind},
        **_address(parts),
        **_attrs(record),
    }


def request_params(
    record: Record, odd: set[str] | None = None, asked_model: int | None = None
) -> Params:
    """Webhook parameters of a record of the requests export.

    The record, not the API request, tells the attribution model of its traffic: some accounts are
    answered in model 1 whatever is requested. If model 0 was requested and the record names none,
    its traffic is left out.
    """
    parts = RecordReader(record, set() if odd is None else odd)
    session = parts.part("session")
    model = session.model("attribution") if session else None
    says_traffic = asked_model != 0 or model is not None
    return {
        "leadtype": "request",
        **_id(record, "requestId", "requestId"),
        **_REQUEST.read(parts),
        **parts.moment("dateStr", "requestDate"),
        **parts.word("uniqueRequest", "uniquerequest", True, False),
        **parts.word("targetRequest", "targetrequest", "target", "non-target"),
        **parts.word("uniqTargetRequest", "uniqtargetrequest", "uniqtarget", "non-uniqtarget"),
        **_client(parts.part("client")),
        **deals_comments_and_tags(parts, "RequestTags"),
        **({} if model is None else {"attribution": model}),
        **(_request_traffic(parts, session) if says_traffic else {}),
    }


def happened_at(record: Record) -> datetime | None:
    """When a call or request happened; None if unknown."""
    seconds, milliseconds = whole(record.get("timestamp")), whole(record.get("date"))
    for written in (seconds, None if milliseconds is None else milliseconds / 1000):
        if written is not None and _FIRST_SECOND <= written <= _LAST_SECOND:
            return datetime.fromtimestamp(written, UTC)
    return None


def happened_on(record: Record, zone: tzinfo) -> str | None:
    """Its day in the account's time zone, as `2026-11-21`; None if unreadable."""
    moment = happened_at(record)
    if moment is not None:
        return moment.astimezone(zone).date().isoformat()
    written = local_time(record.get("date")) or local_time(record.get("dateStr"))
    return written.date().isoformat() if written else None


def _id(record: Record, theirs: str, name: str) -> Params:
    """Kept as is if not a number: it shows why the record has no lead."""
    if theirs not in record:
        return {}
    number = whole(record[theirs])
    return {name: record[theirs] if number is None else number}


def _timestamp(parts: RecordReader) -> Params:
    seconds = parts.numbers({"timestamp": "timestamp"})
    written = seconds.get("timestamp")
    if written is not None and not _FIRST_SECOND <= written <= _LAST_SECOND:
        parts.note("timestamp")
        return {}
    return seconds


def _callback(info: RecordReader | None) -> Params:
    names = {
        "callback_request_id": "callbackRequestId",
        "callback_final_attempt": "callbackFinalAttempt",
    }
    return info.scalars(names) if info else {}


def _client(client: RecordReader | None) -> Params:
    """The first phone and address, as a webhook has room for one."""
    if client is None:
        return {}
    client = RecordReader(_listed(client.record), client.odd, client.inside)
    phones = client.each("phones", lambda item: _contact(item, "phoneNumber"))
    contacts = client.each("contacts", lambda item: _contact(item, "contactValue", "value"))
    emails = [value for value in contacts or [] if "@" in value]
    says_email = contacts is not None and (emails or not client.is_odd("contacts"))
    return {
        **client.scalars({"fio": "fio"}),
        **({} if phones is None else {"callerphone": next(iter(phones), None)}),
        **({"email": next(iter(emails), None)} if says_email else {}),
    }


def _listed(client: Record) -> Record:
    """A single phone or address may come without a list around it."""
    alone = {
        name: [client[name]]
        for name in ("phones", "contacts")
        if isinstance(client.get(name), str | dict)
    }
    return client | alone


def _contact(item: Any, *names: str) -> str:
    """An object, or just its text."""
    value = item
    if isinstance(item, dict):
        value = next((item[name] for name in names if name in item), None)
    if not (contact := text(value)):
        raise ValueError("empty")
    return contact


def _request_traffic(parts: RecordReader, session: RecordReader | None) -> Params:
    hostname = {n: value for n, value in parts.scalars({"hostname": "hostname"}).items() if value}
    if session is None:
        return hostname
    device = session.scalars({"browser": "browserName", "os": "os", "device": "device"})
    user_agent = session.scalars({"userAgent": "browser"})
    return {
        **hostname,
        **_SESSION.read(session),
        **one_list(session, "additionalTags", "add_url_params", an_object),
        **{name: value for name, value in (user_agent | device).items() if value},
        **_address(session),
        **_attrs(session.record),
    }


def _address(parts: RecordReader) -> Params:
    address = parts.scalars({"ip": "ip"}).get("ip")
    return {"ip": address.removesuffix("/32")} if isinstance(address, str) else {}


def _attrs(container: Record) -> Params:
    """The webhook sends them as the text of a JSON object."""
    attrs = container.get("attrs")
    if attrs is None:
        return {}
    return {"attrs": attrs if isinstance(attrs, str) else json.dumps(attrs, ensure_ascii=False)}
