"""What is told: a title, a text, and the same as values for programs. Nothing personal is in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from analytics.alerts.wording import AlertWriter
from receiver.alerts.due import DueAlert

_MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class AlertMessage:
    """`message_id` is the same when a message is sent a second time, so that whoever gets it can
    tell. `values`: JSON."""

    message_id: str
    event: str
    title: str
    text: str
    values: Mapping[str, object]


def alert_message(due: DueAlert, writer: AlertWriter) -> AlertMessage:
    alert = due.alert
    if due.stage == "ended":
        title, text = writer.ended(alert), _lasted(due, writer)
    else:
        words = writer.text(alert)
        title = writer.phrase("again", title=words.title) if due.stage == "again" else words.title
        since = writer.phrase("since", moment=writer.moment(alert.began_at))
        cause = writer.phrase("cause", cause=words.cause) if words.cause else ""
        advice = writer.phrase("advice", advice=words.advice) if words.advice else ""
        lines = (f"{since} {words.text}", cause, advice)
        text = "\n\n".join(line for line in lines if line)
    message_id = f"{alert.alert_id}-{due.stage}-{due.times}"
    return AlertMessage(message_id, due.stage, title, text, {"alerts": [_values(due)]})


def summary_message(alerts: Sequence[DueAlert], writer: AlertWriter) -> AlertMessage:
    lines = [
        writer.ended(due.alert) if due.stage == "ended" else writer.text(due.alert).title
        for due in alerts[:_MOST_LISTED]
    ]
    if len(alerts) > _MOST_LISTED:
        lines.append(writer.phrase("others", number=len(alerts) - _MOST_LISTED))
    title = writer.phrase("summary", number=len(alerts))
    text = writer.phrase("summary_text") + "\n\n" + "\n".join(f"• {line}" for line in lines)
    last = alerts[-1]
    message_id = f"summary-{last.alert.alert_id}-{last.stage}-{last.times}"
    values = {"alerts": [_values(due) for due in alerts]}
    return AlertMessage(message_id, "summary", title, text, values)


def trial_message(channel: str, writer: AlertWriter, now: datetime) -> AlertMessage:
    title, text = writer.phrase("test"), writer.phrase("test_text", channel=channel)
    return AlertMessage(f"test-{now:%Y%m%d%H%M%S}", "test", title, text, {"alerts": []})


def _lasted(due: DueAlert, writer: AlertWriter) -> str:
    alert = due.alert
    ended_at = alert.ended_at or alert.noticed_at
    duration = writer.duration(ended_at - alert.began_at)
    return writer.phrase("lasted", began=writer.moment(alert.began_at), duration=duration)


def _values(due: DueAlert) -> Mapping[str, object]:
    alert = due.alert
    return {
        "alert_id": alert.alert_id,
        "event": due.stage,
        "kind": alert.kind,
        "subject": alert.subject,
        "cause": alert.cause,
        "is_urgent": due.is_urgent,
        "count": alert.count,
        "figures": dict(alert.figures),
        "began_at": alert.began_at.isoformat(),
        "noticed_at": alert.noticed_at.isoformat(),
        "ended_at": None if alert.ended_at is None else alert.ended_at.isoformat(),
    }
