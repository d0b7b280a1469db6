"""Deliveries that are refused are noticed by the hour, and by their share."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from analytics.alerts.trouble import AlertRecord
from receiver.alerts.refused import AnsweredCounts, RefusedDeliveries
from tests.receiver.alerts.engine import START


@dataclass
class Receiver:
    accepted: float = 0
    refused: dict[str, float] = field(default_factory=dict)
    now: datetime = START
    known: list[AlertRecord] = field(default_factory=list)
    source: RefusedDeliveries | None = None

    def look(self, minutes: int = 1) -> list[tuple[str, object]]:
        self.source = self.source or RefusedDeliveries(self.counts)
        self.now += timedelta(minutes=minutes)
        found = self.source.look(self.known, "", self.now).troubles
        self.known = [
            AlertRecord(1, one.kind, one.subject, "", one.figures, one.since) for one in found
        ]
        return [(one.subject, one.figures["refused"]) for one in found]

    def counts(self) -> AnsweredCounts:
        return AnsweredCounts(self.accepted, dict(self.refused))


def test_many_at_once_are_told_by_reason_and_end_an_hour_later() -> None:
    receiver = Receiver(refused={"wrong secret": 500})
    assert receiver.look() == [], "what was before is history"
    receiver.refused |= {"wrong secret": 512, "body too large": 3}
    assert receiver.look() == [("wrong secret", 12)]
    assert receiver.look(50) == [("wrong secret", 12)]
    assert receiver.look(30) == []


def test_a_few_among_many_are_nothing() -> None:
    receiver = Receiver()
    receiver.look()
    receiver.accepted, receiver.refused = 10_000, {"sender not allowed": 30}
    assert receiver.look() == []


def test_after_a_restart_it_goes_on_until_an_hour_is_known() -> None:
    receiver = Receiver()
    receiver.look()
    receiver.refused = {"wrong secret": 40}
    assert receiver.look() == [("wrong secret", 40)]
    receiver.source, receiver.refused = None, {}
    assert receiver.look() == [("wrong secret", 40)]
    assert receiver.look(59) == [("wrong secret", 40)]
    assert receiver.look(2) == []


def test_counters_that_begin_anew_are_no_refusals() -> None:
    receiver = Receiver(accepted=100, refused={"wrong secret": 100})
    receiver.look()
    receiver.accepted, receiver.refused = 1, {"wrong secret": 20}
    assert receiver.look() == []
