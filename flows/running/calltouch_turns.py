"""Whose turn it is at Calltouch: the pace and the day's points are shared with resync."""

import logging
import sqlite3
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flows.json_documents import read_json
from flows.json_paths import json_path
from flows.refusal import FlowRefusal
from flows.running.attempting import RetryRules, StepPlace
from flows.running.calltouch_account import CalltouchAccount
from outgoing.sending import WebRequest
from receiver.calltouch_api.methods import CREATE
from receiver.resync.progress import PointsSpent

log = logging.getLogger(__name__)

_FAILED_SECONDS = 30.0
_NUMBERS = json_path('["requests"][*]["requestNumber"]', "list")
POINTS_SPENT = "points-spent"


def spend_point(place: StepPlace, account: CalltouchAccount, site: int, rules: RetryRules) -> None:
    """Where today's points are spent the operation waits for tomorrow's, and uses up no try."""
    progress = place.progress
    try:
        account.spend_point(site)
    except sqlite3.Error as error:
        log.error("points cannot be noted: %s", error)
        due_at = progress.tools.clock() + _FAILED_SECONDS
        progress.put_back(due_at, "state-file", progress.tries(place.number))
    except PointsSpent:
        due_at = next_points_at(progress.tools.clock())
        if due_at <= rules.gives_up_at:
            progress.put_back(due_at, POINTS_SPENT, progress.tries(place.number))
        hint = "today's points of this site are spent (api_points_per_day)"
        raise FlowRefusal(POINTS_SPENT, place.frame.name, hint) from None


def wait_for_turn(place: StepPlace, request: WebRequest, rules: RetryRules) -> None:
    """Of an `http` step; those to other hosts need not wait."""
    account = place.progress.tools.calltouch
    if account is None or urlsplit(request.url).hostname != account.host:
        return
    site = _site_of(request, account)
    if site is not None:
        spend_point(place, account, site, rules)
    account.wait_for_turn()


def made_by(request: WebRequest, account: CalltouchAccount | None) -> list[str]:
    """The numbers of the requests that an `http` step creates in Calltouch."""
    parts = urlsplit(request.url)
    if account is None or parts.hostname != account.host or parts.path != CREATE:
        return []
    try:
        return [str(number) for number in _NUMBERS.values_in(read_json(request.body))]
    except FlowRefusal:
        return []


def next_points_at(now: float) -> float:
    """Points are counted by the day of UTC."""
    tomorrow = datetime.fromtimestamp(now, UTC).date() + timedelta(days=1)
    return datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=UTC).timestamp()


def _site_of(request: WebRequest, account: CalltouchAccount) -> int | None:
    named = {name.lower(): value for name, value in request.headers}.get("siteid", "")
    if named.isdecimal() and len(named) <= 18 and account.is_known(int(named)):
        return int(named)
    return account.only_site
