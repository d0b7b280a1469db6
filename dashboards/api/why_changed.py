"""`/api/why_changed`: what moved the numbers of some leads between two instants of knowledge.

`before` and `after` are instants as `as_of` has them, now without `after`; the rest of the URL
chooses days and leads as it does everywhere. Each lead that moved a number stands in one cause, so
the causes add up to the difference (docs/time_travel.md).
"""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from analytics.as_of.causes import MEASURES, knowing_both, why_changed
from dashboards.access.gate import current_reader, shown_to
from dashboards.access.refusals import NotAllowed
from dashboards.access.roles import Audience
from dashboards.api.parameters import PREFIXES, read_language, refuse_repeated
from dashboards.page.freshness import read_freshness
from dashboards.page.from_url import read_slice
from dashboards.page.known import opened
from dashboards.slice.as_of import read_as_of
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.conditions import condition_in
from dashboards.slice.slice import FILTER_NAMES
from dashboards.web.settings import dashboards

causes_api = Blueprint("causes_api", __name__, url_prefix="/api")

BEFORE, AFTER = "before", "after"
_DAYS = ("from", "to", "period", "model")
TAKES = (BEFORE, AFTER, *_DAYS, *FILTER_NAMES, "lang")


@causes_api.get("/why_changed")
@partial(shown_to, Audience.SITES)
def show_causes() -> ResponseReturnValue:
    """Raises `BadQuery`, `NoDeliveries`, `NotPublished`."""
    reader, query = current_reader(), request.args
    if not reader.takes_files:
        raise NotAllowed
    _refuse_others(query)
    about = MultiDict(pair for pair in query.items(multi=True) if pair[0] not in (BEFORE, AFTER))
    with opened(about) as (db, reader_context):
        freshness = read_freshness(db)
        here = read_slice(db, reader_context, reader, about)
        now, zone = reader_context.now, reader_context.formats.zone
    before = _instant(BEFORE, query, zone, now)
    if before is None:
        raise BadQuery("bad_query.value", ("2026-11-23T09:00+03:00",), name=BEFORE, value="")
    after = _instant(AFTER, query, zone, now) or now
    if after < before:
        later = (f"an instant after {before.isoformat()}",)
        raise BadQuery("bad_query.value", later, name=AFTER, value=query[AFTER])
    with knowing_both(dashboards().files.source, before, after, reader.rights) as (both, *sides):
        causes = why_changed(both, here, reader_context.timezone, *sides)
    return jsonify(
        before=before.isoformat(),
        after=after.isoformat(),
        timezone=reader_context.timezone,
        freshness={"last_received_at": freshness.last_received_at.isoformat()},
        measures=list(MEASURES),
        causes=[
            {
                "cause": one.cause,
                "fields": list(one.fields),
                "leads": one.leads,
                "changes": dict(one.changes),
            }
            for one in causes
        ],
    )


def _refuse_others(query: MultiDict[str, str]) -> None:
    conditions = {name for name in query if condition_in(name, PREFIXES) is not None}
    for name in query:
        if name not in TAKES and name not in conditions:
            raise BadQuery("bad_query.name", TAKES, name=name)
    refuse_repeated(query, conditions)
    read_language(query)


def _instant(
    name: str, query: MultiDict[str, str], zone: ZoneInfo, now: datetime
) -> datetime | None:
    return read_as_of({"as_of": query.get(name, "")}, zone, now)
