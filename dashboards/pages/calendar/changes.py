"""What admins do to the calendar: a form that is posted, noted in the audit before it is saved."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for

from analytics.calendar.definition import InvalidCalendar, write_calendar
from dashboards.access.audit import Action
from dashboards.access.gate import audit, require_admin
from dashboards.page.render import show
from dashboards.pages.calendar.desk import CalendarChanged, CalendarNotWritten, calendar_desk
from dashboards.pages.calendar.form import CalendarForm
from dashboards.pages.calendar.page import PAGE, RefusedForm
from dashboards.web.reader_request import current_reader_context

calendar_changes = Blueprint("calendar_changes", __name__)


@calendar_changes.post(PAGE.path)
def save() -> Response:
    """What cannot be saved is shown again, with what is wrong."""
    require_admin()
    desk, form, texts = (
        calendar_desk(),
        CalendarForm.posted(request.form),
        current_reader_context().texts,
    )
    if desk is None:
        abort(HTTPStatus.NOT_FOUND)
    try:
        text = write_calendar(form.calendar())
        audit(Action.CALENDAR_CHANGED)
        desk.save(request.form.get("seen", ""), text)
    except InvalidCalendar as error:
        problem = texts(error.fault, place=error.place, value=error.value)
        return _again(form, problem, HTTPStatus.UNPROCESSABLE_ENTITY)
    except CalendarChanged:
        return _again(form, texts("work_calendar.changed"), HTTPStatus.CONFLICT)
    except CalendarNotWritten as error:
        problem = texts("work_calendar.not_written", reason=error)
        return _again(form, problem, HTTPStatus.UNPROCESSABLE_ENTITY)
    address = url_for(f"dashboards.{PAGE.name}", told="saved", _anchor="own")
    return make_response(redirect(address, HTTPStatus.SEE_OTHER))


def _again(form: CalendarForm, problem: str, status: HTTPStatus) -> Response:
    g.refused_calendar = RefusedForm(form, problem)
    response = show(PAGE)
    response.status_code = status
    return response
