"""One operation, from the first step without a result on.

Steps that only compute are simply computed again; of those that send, the result is stored before
the next begins, so none that ended is done again.
"""

import logging
from contextlib import suppress

from analytics.published_file import NotReachable
from flows.conditions import all_hold
from flows.definition.flow import LeadSource
from flows.definition.steps import (
    AnnotationStep,
    CallbackStep,
    ComposeStep,
    FilterStep,
    FindLeadStep,
    HttpStep,
    JsonStep,
    MailStep,
    RequestStep,
    Step,
)
from flows.filling.filters import plain_text
from flows.json_paths import ABSENT
from flows.refusal import FlowRefusal
from flows.running.calltouch_step import run_calltouch_step
from flows.running.find_lead_step import find_lead
from flows.running.mail_step import run_mail_step
from flows.running.progress import OperationProgress, Paused
from flows.running.web_step import run_web_step
from flows.steps.computing import Skipped, compute

log = logging.getLogger(__name__)

_LEADS_AWAY_SECONDS = 15.0


def run_operation(progress: OperationProgress) -> None:
    """Whatever a flow, a sender or a service does ends in a state. Raises `sqlite3.Error` where the
    store cannot be written."""
    at = "source"
    try:
        _check_source(progress)
        for number, step in enumerate(progress.flow.steps):
            at = step.frame.name
            _do(progress, number, step)
        progress.end("done")
    except NotReachable:
        _await_leads(progress)
    except Paused:
        return
    except Skipped as skipped:
        progress.end("skipped", skipped.reason)
    except FlowRefusal as refusal:
        words = (at, refusal.at, refusal.hint)
        progress.end("failed", refusal.reason, ": ".join(dict.fromkeys(filter(None, words))))


def _await_leads(progress: OperationProgress) -> None:
    """The step that asks for them has not begun: it costs no try."""
    due_at = progress.tools.clock() + _LEADS_AWAY_SECONDS
    with suppress(Paused):
        progress.put_back(due_at, "leads-away", progress.operation.tries)


def _check_source(progress: OperationProgress) -> None:
    source, operation = progress.flow.source, progress.operation
    if isinstance(source, LeadSource):
        is_begun = bool(progress.results or operation.step or operation.tries)
        # A test has fields, and no lead that could have changed.
        is_asked = source.recheck and not is_begun and operation.lead_id is not None
        if is_asked and not progress.tools.leads.still_holds(progress.flow, operation):
            raise Skipped("no-longer")
        return
    for name in source.required:
        value = progress.find(name)
        if value is ABSENT or not plain_text(value):
            raise FlowRefusal("missing-field", name)
    if not all_hold(source.when, progress.find):
        raise Skipped("filter")


def _do(progress: OperationProgress, number: int, step: Step) -> None:
    if number in progress.results:
        progress.values |= progress.results[number]
        return
    if not all_hold(step.frame.when, progress.find):
        if isinstance(step, FilterStep):
            raise Skipped("filter")
        return
    try:
        _do_now(progress, number, step)
    except FlowRefusal as refusal:
        if step.frame.on_failure == "stop":
            raise
        progress.go_on_without(number, step, refusal.reason)


def _do_now(progress: OperationProgress, number: int, step: Step) -> None:
    if isinstance(step, JsonStep | ComposeStep | FilterStep):
        filler = progress.filler()
        progress.values |= compute(step, filler)
        progress.notes += filler.notes
    elif isinstance(step, HttpStep):
        run_web_step(progress, number, step)
    elif isinstance(step, FindLeadStep):
        find_lead(progress, number, step)
    elif isinstance(step, RequestStep | CallbackStep | AnnotationStep):
        run_calltouch_step(progress, number, step)
    elif isinstance(step, MailStep):
        run_mail_step(progress, number, step)
    else:
        raise FlowRefusal("not-available", step.frame.kind)
