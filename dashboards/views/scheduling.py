"""What people do to schedules of pages: forms that are posted from `/views/share` and `/views`.
Each is noted in the audit, without the recipients."""

from datetime import datetime, time
from functools import partial
from http import HTTPStatus
from sqlite3 import Connection

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from werkzeug.datastructures import MultiDict

from dashboards.access.audit import Action
from dashboards.access.gate import audit, current_gate, shown_to
from dashboards.access.roles import Audience, Reader
from dashboards.access.state import NotDone
from dashboards.slice.bad_query import BadQuery
from dashboards.views.desk import BadRecipients, ReportDesk, report_desk
from dashboards.views.saved import LONGEST_NAME
from dashboards.views.schedules import (
    MOST_RECIPIENTS,
    PageSchedule,
    SendBy,
    add_schedule,
    delete_schedule,
    list_schedules,
    send_now,
    switch_schedule,
)
from dashboards.views.sharing import require_sharing, shared_page
from dashboards.wording.texts import LANGUAGES

_DAYS = tuple(map(str, range(7)))
_MOST_MONTH_DAY = 31

scheduling = Blueprint("scheduling", __name__, url_prefix="/views/schedules")


@scheduling.post("")
@partial(shown_to, Audience.SITES)
def make() -> Response:
    """Of the form that `/views/share` shows."""
    reader, desk, access = require_sharing(), _desk(), current_gate().access
    schedule = _read(request.form, reader, desk, access.clock())
    try:
        with access.changing() as db:
            schedule_id = add_schedule(db, schedule)
    except NotDone as error:
        raise BadQuery("schedule.too_many") from error
    desk.scheduled()
    audit(Action.SCHEDULE_MADE, f"#{schedule_id} {schedule.page}", schedule.query)
    return _to_list()


@scheduling.post("/<int:schedule_id>")
@partial(shown_to, Audience.SITES)
def change(schedule_id: int) -> Response:
    """The form has `act`. One's own; admins change any."""
    reader, desk, access = require_sharing(), _desk(), current_gate().access
    with access.changing() as db:
        schedule = _own(db, reader, schedule_id)
        action = _do(db, access.clock(), schedule, request.form.get("act", ""))
    desk.scheduled()
    audit(action, f"{schedule.key} {schedule.page}", schedule.query)
    return _to_list()


def _do(db: Connection, now: datetime, schedule: PageSchedule, act: str) -> Action:
    match act:
        case "now":
            send_now(db, now, schedule.schedule_id)
            return Action.SCHEDULE_SENT
        case "on" | "off":
            switch_schedule(db, now, schedule.schedule_id, is_on=act == "on")
            return Action.SCHEDULE_CHANGED
        case "delete":
            delete_schedule(db, schedule.schedule_id)
            return Action.SCHEDULE_DELETED
    raise BadQuery("bad_query.value", ("now", "on", "off", "delete"), name="act", value=act)


def _own(db: Connection, reader: Reader, schedule_id: int) -> PageSchedule:
    known = list_schedules(db, None if reader.is_admin else reader.name)
    found = next((one for one in known if one.schedule_id == schedule_id), None)
    return found or abort(HTTPStatus.NOT_FOUND)


def _read(
    form: MultiDict[str, str], reader: Reader, desk: ReportDesk, now: datetime
) -> PageSchedule:
    """Raises `BadQuery`."""
    page, query = shared_page(form.get("page", ""), form.get("query", ""))
    channel = _channel(form.get("channel", ""), desk)
    is_monthly = form.get("when") == "month"
    return PageSchedule(
        0,
        reader.name,
        form.get("name", "")[:LONGEST_NAME],
        page.name,
        query,
        channel,
        _recipients(form.get("to", ""), channel, desk),
        _time_of_day(form.get("at", "")),
        () if is_monthly else _weekdays(form.getlist("days")),
        _month_day(form.get("month_day", "")) if is_monthly else None,
        _one_of(form.get("language", ""), LANGUAGES, "language"),
        now,
    )


def _channel(written: str, desk: ReportDesk) -> SendBy:
    for channel in desk.channels():
        if channel == written:
            return channel
    raise BadQuery("bad_query.value", desk.channels(), name="channel", value=written)


def _recipients(written: str, channel: SendBy, desk: ReportDesk) -> tuple[str, ...]:
    try:
        recipients = desk.read_recipients(channel, written)
    except BadRecipients as error:
        raise BadQuery(f"schedule.bad_{channel}", value=f"{error}") from error
    if not 1 <= len(recipients) <= MOST_RECIPIENTS:
        raise BadQuery("schedule.bad_count", most=f"{MOST_RECIPIENTS}")
    return recipients


def _time_of_day(written: str) -> time:
    try:
        at = time.fromisoformat(written)
    except ValueError as error:
        raise BadQuery("bad_query.value", ("09:00",), name="at", value=written) from error
    return time(at.hour, at.minute)


def _weekdays(written: list[str]) -> tuple[int, ...]:
    days = sorted({int(_one_of(day, _DAYS, "days")) for day in written})
    if not days:
        raise BadQuery("schedule.no_days")
    return tuple(days)


def _month_day(written: str) -> int:
    if not written.isdecimal() or not 1 <= int(written[:3]) <= _MOST_MONTH_DAY:
        raise BadQuery("bad_query.value", ("1…31",), name="month_day", value=written)
    return int(written)


def _one_of(written: str, known: tuple[str, ...], name: str) -> str:
    if written not in known:
        raise BadQuery("bad_query.value", known, name=name, value=written)
    return written


def _desk() -> ReportDesk:
    return report_desk() or abort(HTTPStatus.NOT_FOUND)


def _to_list() -> Response:
    return make_response(redirect(url_for("dashboards.views.show", _anchor="schedules"), 303))
