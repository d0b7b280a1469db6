"""What admins do about operations and flows: decide, replay, start, stop. Forms that are posted,
noted in the audit before anything is changed."""

from typing import cast, get_args

from flask import Blueprint, Response, make_response, redirect, request, url_for
from werkzeug.exceptions import BadRequest

from analytics.reports.parameter import BadParameter
from analytics.reports.parameters import AMONG
from dashboards.access.audit import Action
from dashboards.access.gate import audit, require_admin
from dashboards.access.refusals import refuse
from dashboards.pages.operations.desk import (
    Decision,
    DeskClosed,
    NothingDone,
    ReplayVersion,
    ReplayWish,
    operation_desk,
)

changes = Blueprint("changes", __name__)


@changes.post("/operations/<int(max=9223372036854775807):number>/decide")
def decide(number: int) -> Response:
    """The form has `decision`, and `digits` where somebody would be rung again."""
    reader, decision = require_admin(), request.form.get("decision", "")
    if decision not in get_args(Decision):
        raise BadRequest
    audit(Action.DECIDED, "operation", f"operation_id={number}&decision={decision}", 1)
    digits = request.form.get("digits", "")
    operation_desk().decide(number, cast(Decision, decision), digits, reader.name)
    return _to(url_for("dashboards.operation", number=number, told="decided"))


@changes.post("/operations/replay")
def replay() -> Response:
    """The form has the `numbers` that were planned, and how they were."""
    reader, wish = require_admin(), _wish()
    numbers = wish.numbers
    about = (
        f"operation_id={numbers[0]}"
        if len(numbers) == 1
        else f"first={numbers[0]}&last={numbers[-1]}"
    )
    audit(Action.REPLAYED, "operation", f"{about}&version={wish.version}", len(numbers))
    made = operation_desk().replay(wish, reader.name)
    flow = request.form.get("flow", "")
    if len(made) == 1 and not wish.is_bulk:
        (number,) = made.values()
        return _to(url_for("dashboards.operation", number=number, told="replayed"))
    if flow:
        return _to(url_for("dashboards.flow", name=flow, told="replayed"))
    return _to(url_for("dashboards.operations"))


@changes.post("/flows/<name>/start")
def start(name: str) -> Response:
    """The form has `held`: `run` or `drop` what came while it was stopped."""
    reader, held = require_admin(), request.form.get("held", "drop")
    if held not in ("run", "drop"):
        raise BadRequest
    audit(Action.FLOW_STARTED, name, f"held={held}")
    operation_desk().start(name, runs_held=held == "run", who=reader.name)
    return _to(url_for("dashboards.flow", name=name, told="started"))


@changes.post("/flows/<name>/stop")
def stop(name: str) -> Response:
    reader = require_admin()
    audit(Action.FLOW_STOPPED, name)
    operation_desk().stop(name, reader.name)
    return _to(url_for("dashboards.flow", name=name, told="stopped"))


def nothing_done(error: NothingDone) -> Response:
    """Somebody else was faster, or more has to be said; the way back is the browser's."""
    key = f"undone.{error.reason}"
    return refuse(409, "undone.title", key, f"nothing was done: {error.reason}")


def desk_closed(error: DeskClosed) -> Response:
    return refuse(503, "undone.closed_title", "undone.closed", "flows.sqlite cannot be used")


def _wish() -> ReplayWish:
    form = request.form
    try:
        numbers = AMONG.read(form.get("numbers", ""))
    except BadParameter:
        raise BadRequest from None
    version = form.get("version", "current")
    if version not in get_args(ReplayVersion):
        raise BadRequest
    is_bulk = form.get("bulk") == "yes"
    digits = form.get("digits", "").strip()
    return ReplayWish(
        numbers,
        cast(ReplayVersion, version),
        form.get("from_start") == "yes",
        is_bulk,
        digits if digits and not is_bulk and len(numbers) == 1 else None,
    )


def _to(address: str) -> Response:
    """By GET; the way back is not to the form that was sent."""
    return make_response(redirect(address, 303))
