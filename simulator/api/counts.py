"""The site's node, and the old call statistics."""

from collections import Counter

from flask import Blueprint, Response, request

from simulator.api.access import check_query_token
from simulator.api.answers import api_error, invalid_credentials, json_answer
from simulator.api.dates import CALLS_ORDER, BadDate, moment_text
from simulator.api.periods import read_period
from simulator.api.state import state_here
from simulator.webhooks.reclink import node_of

counts = Blueprint("counts", __name__, url_prefix="/calls-service/RestAPI")


@counts.get("/<int:site_id>/getnodeid/")
def node_id(site_id: int) -> Response:
    """With or without a token."""
    if site_id not in state_here().account.sites:
        return invalid_credentials()
    return json_answer({"nodeId": node_of(site_id)})


@counts.get("/statistics/<int:site_id>/calls/<any('total-count', 'count-by-date'):kind>")
def statistics(site_id: int, kind: str) -> Response:
    """Here the token is called access_token. The date format is a guess."""
    check_query_token(site_id, "access_token")
    try:
        period = read_period(request.args, CALLS_ORDER)
    except BadDate as error:
        return api_error(400, f"Неверное значение параметра: {error}")
    calls = state_here().account.calls(site_id, period.since, period.until)
    days = Counter(moment_text(call.happened_at)[:10] for call, _ in calls)
    return json_answer(days.total() if kind == "total-count" else dict(days))
