"""What admins have done in the browser: forms that are posted, noted in the audit before anything
begins, and the page of one job."""

from contextlib import suppress
from datetime import date
from http import HTTPStatus
from typing import Literal, cast, get_args
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for
from werkzeug.exceptions import BadRequest

from dashboards.access.audit import Action
from dashboards.access.gate import audit, require_admin
from dashboards.page.render import show
from dashboards.pages.system.desk import (
    OF_THE_API,
    JobKind,
    JobWish,
    NotPossible,
    SystemDesk,
    system_desk,
)
from dashboards.pages.system.page import PAGE, WishOutcome
from dashboards.pages.system.results import shown_job
from dashboards.web.reader_request import current_reader_context, render

_MOST_SITES = 1000
_JOB = "/system/jobs/<int(max=9223372036854775807):job_id>"

jobs = Blueprint("jobs", __name__)


@jobs.post("/system/jobs")
def start() -> Response:
    """The form has `kind`; of what asks the API `first`, `last`, `site` and `lead_type`; of whom to
    erase `lead_type` and `lead_id`. With `plan`, it only says what that would take."""
    reader, desk, wish = require_admin(), _desk(), _wish()
    try:
        if "plan" in request.form and wish.kind in OF_THE_API:
            return _again(WishOutcome(wish, cost=desk.cost(wish)))
        if wish.kind in OF_THE_API:
            # Before it is noted as done.
            desk.cost(wish)
        audit(Action.JOB_STARTED, wish.kind, _audited(wish))
        job_id = desk.ask_for(wish, reader.name)
    except NotPossible as error:
        problem = current_reader_context().texts(f"system.{error.reason}", detail=error.detail)
        outcome = WishOutcome(wish, problem=problem)
        return _again(outcome, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _to(job_id)


@jobs.post(f"{_JOB}/stop")
def stop(job_id: int) -> Response:
    require_admin()
    audit(Action.JOB_STOPPED, "job", urlencode({"job_id": job_id}))
    _desk().stop(job_id)
    return _to(job_id)


@jobs.get(_JOB)
def job(job_id: int) -> str:
    """Asks for itself again until the job has ended."""
    require_admin()
    record, reader_context = _desk().job(job_id), current_reader_context()
    if record is None:
        abort(HTTPStatus.NOT_FOUND)
    shown = shown_job(record, reader_context.texts, reader_context.formats)
    return render("system/job.html", reader_context, job=shown, record=record)


@jobs.get(f"{_JOB}/document")
def document(job_id: int) -> Response:
    """The certificate that it wrote, as a file: it has styles of its own."""
    require_admin()
    text = _desk().document(job_id)
    if text is None:
        abort(HTTPStatus.NOT_FOUND)
    response = make_response(text)
    response.headers["Content-Disposition"] = f'attachment; filename="calltouch-{job_id}.html"'
    return response


def _desk() -> SystemDesk:
    desk = system_desk()
    if desk is None:
        abort(HTTPStatus.NOT_FOUND)
    return desk


def _wish() -> JobWish:
    form = request.form
    kind, lead_type = form.get("kind", ""), form.get("lead_type", "")
    sites, lead_id = form.getlist("site"), form.get("lead_id", "").strip()
    if kind not in get_args(JobKind) or lead_type not in ("", "call", "request"):
        raise BadRequest
    if len(sites) > _MOST_SITES or not all(map(_is_number, [*sites, lead_id or "1"])):
        raise BadRequest
    return JobWish(
        cast(JobKind, kind),
        _day("first"),
        _day("last"),
        tuple(map(int, sites)),
        cast(Literal["", "call", "request"], lead_type),
        int(lead_id) if lead_id else None,
        current_reader_context().texts.language,
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _day(name: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(request.form.get(name, ""))
    return None


def _audited(wish: JobWish) -> str:
    values = {
        "first": wish.first,
        "last": wish.last,
        "sites": ",".join(map(str, wish.sites)),
        "lead_type": wish.lead_type,
        "lead_id": wish.lead_id,
    }
    return urlencode({name: value for name, value in values.items() if value})


def _again(outcome: WishOutcome, status: HTTPStatus = HTTPStatus.OK) -> Response:
    g.wish_outcome = outcome
    response = show(PAGE)
    response.status_code = status
    return response


def _to(job_id: int) -> Response:
    address = url_for("dashboards.jobs.job", job_id=job_id)
    return make_response(redirect(address, HTTPStatus.SEE_OTHER))
