"""A record of an export as the webhook would have said it. Pure: no I/O, no clock.

The names and words are the webhook's; what the export does not know is left out, so that it says
nothing, and so is what no webhook could say (`keyword`, `mapVisits`, advertising ids). Some values
mean the same and are written otherwise; they are turned here (`/32` behind an address) or left out
(a request's browser, which is the whole user agent there).
"""

import json
from datetime import UTC, datetime, tzinfo
from typing import Any

from receiver.api.exports import Record

Params = dict[str, Any]

_TRAFFIC = {
    "source": "source",
    "medium": "medium",
    "utm_source": "utmSource",
    "utm_medium": "utmMedium",
    "utm_campaign": "utmCampaign",
    "utm_content": "utmContent",
    "utm_term": "utmTerm",
    "sessionId": "sessionId",
    "url": "url",
    "ref": "ref",
    "city": "city",
    "yaClientId": "yaClientId",
}
_CALL_TRAFFIC = {
    **_TRAFFIC,
    "hostname": "hostname",
    "gcid": "clientId",
    "browser": "browser",
    "os": "os",
    "device": "device",
    "userAgent": "userAgent",
}
_SESSION_TRAFFIC = {**_TRAFFIC, "gcid": "guaClientId"}
_CALL = {
    "id": "callId",
    "callphase": "callphase",
    "callerphone": "callerNumber",
    "phonenumber": "phoneNumber",
    "redirectNumber": "redirectNumber",
    "duration": "duration",
    "waiting_time": "waitingConnect",
    "timestamp": "timestamp",
    "statusDetails": "statusDetails",
    "unique": "uniqueCall",
    "callUrl": "callUrl",
    "sip_call_id": "sipCallId",
    "callReferenceNumber": "callReferenceId",
    "siteId": "siteId",
    "siteName": "siteName",
    "manager": "manager",
    "subPoolName": "subPoolName",
    "ctCallerId": "ctCallerId",
    "ctClientId": "ctClientId",
    "ctGlobalId": "ctGlobalId",
}
_REQUEST = {
    "requestId": "requestId",
    "requestNumber": "requestNumber",
    "subject": "subject",
    "requestUrl": "requestUrl",
    "uniquerequest": "uniqueRequest",
    "siteId": "siteId",
    "manager": "manager",
    "ctClientId": "ctClientId",
    "ctGlobalId": "ctGlobalId",
}
_TAG_TYPES = {
    "AUTO-PR": "tags_auto_pr",
    "MANUAL": "tags_manual",
    "AUTO-AF": "tags_auto_af",
    "AUTO-GR": "tags_auto_gr",
    "AUTO-CT": "tags_auto_ct",
    "AUTO-PN": "tags_auto_pn",
    "API": "tags_api",
    "REQUEST": "tags_request",
}
# Only these two type words were ever seen, so only their absence says that there are no such tags.
_SEEN_TAG_TYPES = ("AUTO-PR", "MANUAL")


def call_params(record: Record) -> Params:
    """The webhook's parameters of a record of the calls export."""
    params = {"leadtype": "call", **_named(record, _CALL | _CALL_TRAFFIC)}
    params |= {"attribution": record["attribution"]} if "attribution" in record else {}
    params |= _word(record, "successful", "status", "successful", "unsuccessful")
    params |= _word(record, "targetCall", "targetcall", "target", "non-target")
    params |= _word(record, "uniqTargetCall", "uniqtargetcall", "uniqtarget", "non-uniqtarget")
    params |= _word(record, "callbackCall", "callback", "callback", "non-callback")
    params |= _lists(record, record.get("callTags"), record.get("additionalTags"))
    params |= _phrases(record.get("phrases")) | _callback(record.get("callbackInfo"))
    if isinstance(record.get("date"), str):
        params["calltime"] = _webhook_time(record["date"])
    if record.get("poolType"):
        params["pool"] = record["poolType"]
    return params | _address(record) | _attrs(record)


def request_params(record: Record) -> Params:
    """The webhook's parameters of a record of the requests export."""
    params = {"leadtype": "request", **_named(record, _REQUEST)}
    params |= _word(record, "targetRequest", "targetrequest", "target", "non-target")
    params |= _word(
        record, "uniqTargetRequest", "uniqtargetrequest", "uniqtarget", "non-uniqtarget"
    )
    params |= _client(record.get("client"))
    params |= _lists(record, record.get("RequestTags"), None)
    if isinstance(record.get("dateStr"), str):
        params["requestDate"] = _webhook_time(record["dateStr"])
    if record.get("hostname"):
        params["hostname"] = record["hostname"]
    session = record.get("session")
    return params | (_session(session) if isinstance(session, dict) else {})


def happened_at(record: Record) -> datetime | None:
    """When a call or request happened; None when the record does not say."""
    seconds = record.get("timestamp")
    if isinstance(seconds, int):
        return datetime.fromtimestamp(seconds, UTC)
    milliseconds = record.get("date")
    if isinstance(milliseconds, int):
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    return None


def happened_on(record: Record, zone: tzinfo) -> str | None:
    """Its day in the account's zone, as `2026-11-21`."""
    moment = happened_at(record)
    if moment is not None:
        return moment.astimezone(zone).date().isoformat()
    written = record.get("date") or record.get("dateStr")
    return _webhook_time(written)[:10] if isinstance(written, str) else None


def _named(record: Record, names: dict[str, str]) -> Params:
    return {name: record[theirs] for name, theirs in names.items() if theirs in record}


def _word(record: Record, theirs: str, name: str, if_true: str, if_false: str) -> Params:
    value = record.get(theirs)
    return {name: if_true if value else if_false} if isinstance(value, bool) else {}


def _webhook_time(written: str) -> str:
    """`15/09/2023  9:05:03` is `2023-09-15 09:05:03` in a webhook."""
    try:
        moment = datetime.strptime(" ".join(written.split()), "%d/%m/%Y %H:%M:%S")
    except ValueError:
        return written
    return moment.isoformat(" ")


def _lists(record: Record, tags: Any, url_params: Any) -> Params:
    params: Params = _tags(tags) if isinstance(tags, list) else {}
    comments = record.get("comments")
    if isinstance(comments, list):
        params["comment"] = [
            {"party": item.get("partyName"), "comment": item.get("comment")}
            for item in comments
            if isinstance(item, dict)
        ]
    if isinstance(url_params, list):
        params["add_url_params"] = url_params
    orders = record.get("orders")
    if isinstance(orders, list):
        ids = [str(order["orderId"]) for order in orders if isinstance(order, dict)]
        params["orderId"] = ",".join(ids) or None
    return params


def _tags(tags: list[Any]) -> Params:
    names: dict[str, list[str]] = {kind: [] for kind in _SEEN_TAG_TYPES}
    for tag in tags:
        if isinstance(tag, dict) and isinstance(tag.get("names"), list):
            kind = str(tag.get("type", "")).upper().replace("_", "-")
            names.setdefault(kind, []).extend(map(str, tag["names"]))
    return {
        _TAG_TYPES[kind]: ",".join(listed) or None
        for kind, listed in names.items()
        if kind in _TAG_TYPES
    }


def _phrases(phrases: Any) -> Params:
    if not isinstance(phrases, list):
        return {}
    said = [phrase for phrase in phrases if isinstance(phrase, dict)]
    return {
        "text": [
            {"channel": _party(one.get("channel")), "phrase": one.get("message")} for one in said
        ]
    }


def _party(channel: object) -> str:
    return "operator" if channel == 1 else "client"


def _callback(info: Any) -> Params:
    if not isinstance(info, dict):
        return {}
    names = {
        "callback_request_id": "callbackRequestId",
        "callback_final_attempt": "callbackFinalAttempt",
    }
    return _named(info, names)


def _client(client: Any) -> Params:
    """Of several phones and addresses the first, as a webhook has room for one."""
    if not isinstance(client, dict):
        return {}
    phones = [phone.get("phoneNumber") for phone in client.get("phones") or []]
    emails = [
        value
        for contact in client.get("contacts") or []
        if "@" in (value := str(contact.get("contactValue", contact.get("value", ""))))
    ]
    return {
        **_named(client, {"fio": "fio"}),
        "callerphone": phones[0] if phones else None,
        "email": emails[0] if emails else None,
    }


def _session(session: Record) -> Params:
    params = _named(session, _SESSION_TRAFFIC) | _address(session) | _attrs(session)
    if session.get("attribution") in (0, 1):
        params["attribution"] = session["attribution"]
    if isinstance(session.get("additionalTags"), list):
        params["add_url_params"] = session["additionalTags"]
    if session.get("browser"):
        params["userAgent"] = session["browser"]
    newer = {"browser": "browserName", "os": "os", "device": "device"}
    return params | {name: value for name, value in _named(session, newer).items() if value}


def _address(place: Record) -> Params:
    address = place.get("ip")
    return {"ip": address.removesuffix("/32")} if isinstance(address, str) else {}


def _attrs(place: Record) -> Params:
    """The webhook writes them as the text of a JSON object."""
    attrs = place.get("attrs")
    if attrs is None:
        return {}
    return {"attrs": attrs if isinstance(attrs, str) else json.dumps(attrs, ensure_ascii=False)}
