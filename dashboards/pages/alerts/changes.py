"""What people do on the page of alerts: notes, and test messages. Forms that are posted, noted in
the audit before anything is done."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for

from dashboards.access.audit import Action
from dashboards.access.gate import audit, require_admin, require_personal
from dashboards.page.render import show
from dashboards.pages.alerts.desk import AlertDesk, NoteRefused, NoteWish, alert_desk
from dashboards.pages.alerts.page import PAGE, NoteForm
from dashboards.web.reader_request import current_reader_context

alert_changes = Blueprint("alert_changes", __name__)


@alert_changes.post(f"{PAGE.path}/notes")
def add_note() -> Response:
    """What cannot be saved is shown again, with what is wrong. Not for viewers."""
    reader, desk = require_personal(), _desk()
    context = current_reader_context()
    try:
        wish = _wish(request.form, ZoneInfo(context.timezone))
        audit(Action.NOTE_ADDED)
        desk.add_note(wish, reader.name)
    except NoteRefused as error:
        g.refused_note = NoteForm(request.form, context.texts(f"alerts.note_{error.fault}"))
        response = show(PAGE)
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response
    return _to("noted", "notes")


@alert_changes.post(f"{PAGE.path}/notes/<int(max=9223372036854775807):number>/remove")
def remove_note(number: int) -> Response:
    require_admin()
    desk = _desk()
    audit(Action.NOTE_REMOVED, "notes", f"note_id={number}")
    if not desk.remove_note(number):
        abort(HTTPStatus.NOT_FOUND)
    return _to("removed", "notes")


@alert_changes.post(f"{PAGE.path}/channels/<name>/test")
def try_channel(name: str) -> Response:
    require_admin()
    desk = _desk()
    if name not in {channel.name for channel in desk.channels()}:
        abort(HTTPStatus.NOT_FOUND)
    audit(Action.ALERT_TESTED, name)
    reason = desk.try_channel(name)
    if reason:
        g.failed_channel = (name, reason)
        response = show(PAGE)
        response.status_code = HTTPStatus.BAD_GATEWAY
        return response
    return _to("sent", "channels")


def _desk() -> AlertDesk:
    desk = alert_desk()
    if desk is None:
        abort(HTTPStatus.NOT_FOUND)
    return desk


def _wish(form: Mapping[str, str], zone: ZoneInfo) -> NoteWish:
    """Raises `NoteRefused`."""
    began_at, ended_at = _moment(form.get("began", ""), zone), None
    if form.get("ended"):
        ended_at = _moment(form["ended"], zone)
    site = form.get("site", "")
    if site and not (site.isascii() and site.isdecimal() and len(site) <= 18):
        raise NoteRefused("site")
    return NoteWish(began_at, ended_at, int(site) if site else None, form.get("text", ""))


def _moment(written: str, zone: ZoneInfo) -> datetime:
    """As `datetime-local` sends it, by the clock of the zone."""
    try:
        return datetime.fromisoformat(written).replace(tzinfo=zone)
    except ValueError:
        raise NoteRefused("moment") from None


def _to(told: str, card: str) -> Response:
    address = url_for(f"dashboards.{PAGE.name}", told=told, _anchor=card)
    return make_response(redirect(address, HTTPStatus.SEE_OTHER))
