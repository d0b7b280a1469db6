"""The API's final state of a lead matches the last webhook: nothing to reconcile."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from simulator.api import ApiOptions, serving
from simulator.lives.leads import Call, Lead, LeadKind
from simulator.webhooks.configured import DEFAULT, LAST_TOUCH
from simulator.webhooks.sendings import Sending
from simulator.world import World
from tests.simulator.api.api_client import ALL_OF_CALLS, ALL_OF_REQUESTS, SITE, ApiClient, Record
from tests.simulator.samples import params_of

NOTHING: tuple[object, ...] = ("null", "undefined", "", "<не указано>", None, [])
WEBHOOKS = {DEFAULT: 1, LAST_TOUCH: 0}
_ORDERS = "orderId"

# Webhook parameter, field of the API record, how the webhook formats the value.
CALL_FACTS: list[tuple[str, str, Callable[[Any], Any]]] = [
    *[(name, name, str) for name in ("source", "medium", "hostname", "url", "ref", "city")],
    *[(name, name, str) for name in ("browser", "os", "device", "ip", "sessionId", "siteId")],
    *[(name, name, str) for name in ("siteName", "userAgent", "manager", "subPoolName")],
    *[(name, name, str) for name in ("ctCallerId", "ctClientId", "ctGlobalId", "yaClientId")],
    *[(name, name, str) for name in ("attribution", "callphase", "callUrl", "redirectNumber")],
    ("id", "callId", str),
    ("callerphone", "callerNumber", str),
    ("phonenumber", "phoneNumber", str),
    ("duration", "duration", str),
    ("waiting_time", "waitingConnect", str),
    ("timestamp", "timestamp", str),
    ("status", "successful", lambda is_on: "successful" if is_on else "unsuccessful"),
    ("unique", "uniqueCall", lambda is_on: str(is_on).lower()),
    ("targetcall", "targetCall", lambda is_on: "target" if is_on else "non-target"),
    ("uniqtargetcall", "uniqTargetCall", lambda is_on: "uniqtarget" if is_on else "non-uniqtarget"),
    ("callback", "callbackCall", lambda is_on: "callback" if is_on else "non-callback"),
    ("pool", "poolType", str),
    ("gcid", "clientId", str),
    ("sip_call_id", "sipCallId", str),
    ("callReferenceNumber", "callReferenceId", str),
    ("utm_source", "utmSource", str),
    ("utm_medium", "utmMedium", str),
    ("utm_campaign", "utmCampaign", str),
    ("utm_content", "utmContent", str),
    ("utm_term", "utmTerm", str),
    ("add_url_params", "additionalTags", list),
]
REQUEST_FACTS: list[tuple[str, str, Callable[[Any], Any]]] = [
    *[(name, name, str) for name in ("requestId", "requestNumber", "subject", "requestUrl")],
    *[(name, name, str) for name in ("manager", "siteId", "ctClientId", "ctGlobalId")],
    ("uniquerequest", "uniqueRequest", lambda is_on: str(is_on).lower()),
    ("targetrequest", "targetRequest", lambda is_on: "target" if is_on else "non-target"),
    (
        "uniqtargetrequest",
        "uniqTargetRequest",
        lambda is_on: "uniqtarget" if is_on else "non-uniqtarget",
    ),
]
SESSION_FACTS: list[tuple[str, str, Callable[[Any], Any]]] = [
    *[(name, name, str) for name in ("sessionId", "city", "source", "medium", "ref", "url")],
    *[(name, name, str) for name in ("attribution", "yaClientId", "ctGlobalId")],
    ("ip", "ip", lambda ip: ip.removesuffix("/32")),
    ("gcid", "guaClientId", str),
    ("userAgent", "browser", str),
    ("utm_source", "utmSource", str),
    ("utm_medium", "utmMedium", str),
    ("utm_campaign", "utmCampaign", str),
    ("utm_content", "utmContent", str),
    ("utm_term", "utmTerm", str),
    ("add_url_params", "additionalTags", list),
]


def _fact(value: Any) -> Any:
    return None if value in NOTHING else value


def _disagreements(
    params: Record, record: Record, facts: list[tuple[str, str, Callable[[Any], Any]]]
) -> list[str]:
    differences = []
    for name, theirs, word in facts:
        if theirs not in record:
            continue
        value = None if record[theirs] is None else word(record[theirs])
        if _fact(params.get(name)) != _fact(value):
            differences.append(f"{name}: {params.get(name)!r}, {theirs}: {record[theirs]!r}")
    return differences


def _of_lists(params: Record, record: Record, tags: Any) -> list[str]:
    ours = {
        "comment": [{"party": c["partyName"], "comment": c["comment"]} for c in record["comments"]],
        _ORDERS: ",".join(str(order["orderId"]) for order in record["orders"]),
    }
    for tag in tags:
        ours["tags_" + tag["type"].lower().replace("-", "_")] = ",".join(tag["names"])
    names = {name for name in params if name.startswith("tags_")} | set(ours)
    return [
        f"{name}: {params.get(name)!r} and {ours.get(name)!r}"
        for name in sorted(names)
        if _fact(params.get(name)) != _fact(ours.get(name))
    ]


def _of_call(params: Record, record: Record) -> list[str]:
    differences = _disagreements(params, record, CALL_FACTS) + _of_lists(
        params, record, record["callTags"]
    )
    day, hour = record["date"].split()
    day, month, year = day.split("/")
    if params["calltime"] != f"{year}-{month}-{day} {hour:0>8}":
        differences.append(f"calltime: {params['calltime']}, {record['date']}")
    words = {1: "operator", 0: "client"}
    phrases = [
        {"channel": words[value["channel"]], "phrase": value["message"]}
        for value in record["phrases"] or []
    ]
    if _fact(params.get("text")) != _fact(phrases):
        differences.append("text")
    info = record["callbackInfo"] or {}
    if params.get("callback_request_id") != (str(info["callbackRequestId"]) if info else None):
        differences.append("callback_request_id")
    if params.get("callback_final_attempt") != (
        str(info["callbackFinalAttempt"]).lower() if info else None
    ):
        differences.append("callback_final_attempt")
    return differences


def _of_request(params: Record, record: Record) -> list[str]:
    differences = _disagreements(params, record, REQUEST_FACTS)
    differences += _of_lists(params, record, record["RequestTags"])
    if record["session"]:
        differences += _disagreements(params, record["session"], SESSION_FACTS)
    client = record["client"]
    left = {
        "fio": client["fio"],
        "callerphone": client["phones"][0]["phoneNumber"] if client["phones"] else None,
        "email": client["contacts"][0]["contactValue"] if client["contacts"] else None,
    }
    differences += [f"{name}: {value}" for name, value in left.items() if params.get(name) != value]
    moment = datetime.strptime(record["dateStr"], "%d/%m/%Y %H:%M:%S")
    if params["requestDate"] != str(moment):
        differences.append(f"requestDate: {params['requestDate']}, {record['dateStr']}")
    return differences


def _last_told(sent: list[Sending], webhook: str) -> dict[tuple[str, int], Record]:
    params = {(s.lead_type, s.lead_id): s for s in sent if s.webhook == webhook}
    return {key: params_of(sending.form) for key, sending in params.items()}


def _all_calls(api: ApiClient, model: int) -> list[Record]:
    records: list[Record] = []
    for site in (SITE, SITE + 1):
        page, total = 1, 1
        while page <= total:
            paging = {"page": page, "limit": 100, "attribution": model}
            answer = api.calls("01/11/2026", "30/11/2026", site, **paging, **ALL_OF_CALLS).json()
            records += answer["records"]
            page, total = page + 1, answer["pageTotal"]
    return records


@pytest.mark.parametrize("webhook", WEBHOOKS)
def test_calls_agree(reading: ApiClient, sent: list[Sending], webhook: str) -> None:
    params = _last_told(sent, webhook)
    records = _all_calls(reading, WEBHOOKS[webhook])
    differences = {
        record["callId"]: _of_call(params["call", record["callId"]], record) for record in records
    }
    assert {call: wrong for call, wrong in differences.items() if wrong} == {}
    assert differences.keys() == {lead_id for lead_type, lead_id in params if lead_type == "call"}
    assert len(records) == len(differences)


def test_requests_agree(reading: ApiClient, sent: list[Sending]) -> None:
    params = _last_told(sent, DEFAULT)
    differences = {}
    for site in (SITE, SITE + 1):
        asked = {"siteId": site, "page": 1, "limit": 1000, **ALL_OF_REQUESTS}
        for record in reading.requests("11/01/2026", "11/30/2026", **asked).json():
            differences[record["requestId"]] = _of_request(
                params["request", record["requestId"]], record
            )
    assert {request: wrong for request, wrong in differences.items() if wrong} == {}
    assert differences.keys() == {
        lead_id for lead_type, lead_id in params if lead_type == "request"
    }


def test_newer_fields_agree_too(world: World, sent: list[Sending]) -> None:
    params = _last_told(sent, DEFAULT)
    with serving(world, ApiOptions(per_second=1000, has_newer_fields=True)) as served:
        records = _all_calls(ApiClient(served), 1)
    assert all("poolType" in record for record in records)
    assert not [
        differences for r in records if (differences := _of_call(params["call", r["callId"]], r))
    ]


def _untold(leads: list[Lead]) -> set[int]:
    return {
        lead.lead_id
        for lead in leads
        if isinstance(lead, Call) and lead.life[-1].kind is LeadKind.ORDER_LINKED
    }


def test_a_deal_that_no_webhook_told_of_shows_on_demand(
    world: World, leads: list[Lead], reading: ApiClient
) -> None:
    silent = _untold(leads)
    assert silent
    with serving(world, ApiOptions(per_second=1000, shows_untold_orders=True)) as served:
        shown = {r["callId"] for r in _all_calls(ApiClient(served), 1) if r["orders"]}
    usual = {r["callId"] for r in _all_calls(reading, 1) if r["orders"]}
    assert shown - usual == silent
