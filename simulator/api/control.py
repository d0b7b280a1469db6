"""Control of the API by tests, under a path the real API does not have.

Control requests count against no limit, meet no fault and are not in the journal.
"""

from datetime import datetime
from typing import Any

import orjson
from flask import Blueprint, Response, request

from simulator.api.answers import json_answer
from simulator.api.faults import ApiFault, BadFault
from simulator.api.state import state_here
from simulator.market.rhythm import MOSCOW

PREFIX = "/simulate"

control = Blueprint("control", __name__, url_prefix=PREFIX)


@control.get("")
def about() -> Response:
    account = state_here().account
    leads = {"calls": account.count("call"), "requests": account.count("request")}
    return json_answer({"site_ids": list(account.sites), "present": account.present} | leads)


@control.route("/faults", methods=["GET", "POST", "DELETE"])
def faults() -> Response:
    """Order a fault like {"kind": "500", "times": 2, "path": "calls-diary"}, or cancel all."""
    pending = state_here().faults
    if request.method == "DELETE":
        pending.clear()
    elif request.method == "POST":
        try:
            pending.order(ApiFault.from_document(_body()))
        except BadFault as error:
            return json_answer({"message": str(error)}, 400)
    return json_answer({"pending": pending.pending})


@control.route("/log", methods=["GET", "DELETE"])
def log() -> Response:
    journal = state_here().journal
    if request.method == "DELETE":
        journal.clear()
    return json_answer(journal.as_document())


@control.post("/present")
def present() -> Response:
    """Move to {"at": "2026-11-20T12:00"} or Unix seconds; null is after everything."""
    account = state_here().account
    body = _body()
    try:
        account.present = _moment(body["at"] if isinstance(body, dict) else body)
    except (KeyError, TypeError, ValueError):
        return json_answer({"message": 'must be like {"at": "2026-11-20T12:00"}'}, 400)
    return json_answer({"present": account.present})


@control.route("/oddities", methods=["GET", "POST", "DELETE"])
def oddities() -> Response:
    """Add odd records to the exports, like {"call": [{"callId": null}, 7], "request": []}."""
    kept = state_here().oddities
    if request.method == "POST":
        body = _body()
        if not isinstance(body, dict) or not set(body) <= set(kept):
            return json_answer({"message": 'must be like {"call": [{"callId": null}]}'}, 400)
        for lead_type, records in body.items():
            kept[lead_type] += records
    elif request.method == "DELETE":
        for records in kept.values():
            records.clear()
    return json_answer(kept)


@control.get("/callbacks")
def callbacks() -> Response:
    """Bodies of the accepted callbacks."""
    return json_answer(state_here().callbacks.orders)


def _body() -> Any:
    try:
        return orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        return None


def _moment(value: Any) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    moment = datetime.fromisoformat(value)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=MOSCOW)).timestamp())
