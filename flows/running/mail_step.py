"""One attempt at a mail."""

from datetime import datetime

from flows.definition.steps import MailStep
from flows.outcomes import Judgement, Outcome
from flows.refusal import FlowRefusal
from flows.running.attempting import (
    MadeAttempt,
    PlannedAttempt,
    StepPlace,
    StepSending,
    make_attempt,
    next_move,
)
from flows.running.calltouch_posts import usual_rules
from flows.running.mail_outlet import MailOutlet
from flows.running.progress import OperationProgress
from flows.steps.mail import PlannedMail, plan_mail
from outgoing.connection import Phase
from receiver.mails.sending import NotSent

_PERMANENT = 500
_SOME_REFUSED = "some of those it was for were refused"


def run_mail_step(progress: OperationProgress, number: int, step: MailStep) -> None:
    """Raises `Paused` where it is tried again later or has ended the operation, `FlowRefusal` where
    nothing may be sent."""
    progress.hold_if_stopped()
    outlet = progress.tools.mail
    if outlet is None:
        raise FlowRefusal("no-mail-server", step.frame.name, "set smtp_host and mail_from")
    filler = progress.filler()
    now = datetime.fromtimestamp(progress.tools.clock(), progress.tools.settings.zone)
    key = progress.idempotency_key(number)
    planned = plan_mail(step, filler, outlet.sender, outlet.allowed, key, now)
    progress.notes += filler.notes
    place = StepPlace(progress, number, step.frame)
    rules = usual_rules(place)
    attempt = PlannedAttempt(outlet.host, "MAIL", planned.shown, len(planned.message.as_bytes()))
    sending = StepSending(
        attempt,
        lambda: _sent(outlet, planned, step.frame.name),
        lambda made: next_move(place, made, rules),
    )
    make_attempt(place, sending)


def _sent(outlet: MailOutlet, planned: PlannedMail, name: str) -> MadeAttempt:
    try:
        refused = outlet.send(planned.message)
    except NotSent as failure:
        phase = Phase.SENDING if failure.may_be_sent else Phase.CONNECTING
        # An answer of the server, so that it is not taken for one that is gone.
        answer = None if failure.code is None else f"{failure.code}".encode()
        return MadeAttempt(_judged(failure), phase.value, answer=answer)
    notes = (_SOME_REFUSED,) if refused else ()
    values = {name: {"message_id": planned.message["Message-ID"]}}
    judgement = Judgement(Outcome.DONE, notes=notes)
    return MadeAttempt(judgement, Phase.READING.value, answer=b"", values=values)


def _judged(failure: NotSent) -> Judgement:
    if failure.may_be_sent:
        return Judgement(Outcome.UNKNOWN, "broken")
    if failure.code is None:
        return Judgement(Outcome.NOT_DONE, "connect")
    outcome = Outcome.REFUSED if failure.code >= _PERMANENT else Outcome.NOT_DONE
    return Judgement(outcome, f"smtp-{failure.code}")
