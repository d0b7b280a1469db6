"""Reports go out at their times, once each, whatever happens in between."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from receiver.mails.report import LATEST, ScheduledReport
from receiver.mails.schedule import RETRY_SECONDS, ReportSchedule, Sender
from receiver.mails.sending import NotSent
from receiver.mails.sent import SentReports
from tests.road.server import wait_until

ZONE = ZoneInfo("Europe/Moscow")
FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=ZONE)
PAUSE = timedelta(seconds=RETRY_SECONDS)


def report(key: str = "week", **changed: Any) -> ScheduledReport:
    given: dict[str, Any] = {
        **{"page": "overview", "query": "", "language": "ru", "channel": "mail"},
        **{"to": ("a@b.example",), "at": time(9), "days": (4,)},
    }
    return ScheduledReport(key, **given | changed)


@dataclass
class Post:
    """Sends reports as the clock goes. `fails`: what is raised instead of sending, by key."""

    state: Path
    reports: list[ScheduledReport]
    now: datetime = FRIDAY
    sent: list[tuple[str, datetime]] = field(default_factory=list)
    tries: list[str] = field(default_factory=list)
    fails: dict[str, Exception] = field(default_factory=dict)
    remark: str = ""

    def prepare(self, asked: ScheduledReport) -> Sender:
        self.tries.append(asked.key)
        if not isinstance(self.fails.get(asked.key), NotSent | None):
            raise self.fails[asked.key]
        return lambda: self._send(asked.key)

    def _send(self, key: str) -> str:
        if key in self.fails:
            raise self.fails[key]
        self.sent.append((key, self.now))
        return self.remark

    def pass_by(self, step: timedelta = timedelta(0), times: int = 1) -> None:
        """Anew each time, as after a restart."""
        for _ in range(times):
            self.now += step
            schedule = ReportSchedule(
                SentReports(self.state), lambda: self.reports, lambda: self.now
            )
            schedule.send_due(self.prepare)

    def last(self, key: str = "week") -> tuple[str, str]:
        sending = SentReports(self.state).last()[key]
        return sending.outcome, sending.remark


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path / "state.sqlite", [report()])


def test_a_report_goes_out_once_on_its_days_and_not_before_its_time(post: Post) -> None:
    post.now -= timedelta(days=2)
    post.pass_by(timedelta(hours=1), 14 * 24)
    assert post.sent == [("week", FRIDAY), ("week", FRIDAY + timedelta(days=7))]


def test_a_month_that_is_too_short_ends_with_it(post: Post) -> None:
    post.reports = [report(month_day=31, days=())]
    post.now = datetime(2027, 1, 30, 9, 0, tzinfo=ZONE)
    post.pass_by(timedelta(days=1), 62)
    assert [f"{at:%d.%m}" for _, at in post.sent] == ["31.01", "28.02", "31.03"]
    assert report(month_day=31).next_at(FRIDAY) == datetime(2026, 11, 30, 9, 0, tzinfo=ZONE)


def test_what_was_missed_is_made_up_for_within_some_hours(post: Post) -> None:
    post.pass_by(LATEST + timedelta(minutes=1))
    assert post.sent == []
    post.pass_by(timedelta(days=7) - timedelta(minutes=2))
    assert len(post.sent) == 1
    late = report("late", at=time(22))
    post.reports, post.now = [late], FRIDAY.replace(hour=23) + timedelta(hours=4)
    post.pass_by()
    assert [key for key, _ in post.sent] == ["week", "late"]


def test_times_before_it_was_made_do_not_count(post: Post) -> None:
    post.reports = [report(since=FRIDAY + timedelta(minutes=1))]
    post.pass_by(timedelta(hours=1))
    assert post.sent == []
    post.pass_by(timedelta(days=7))
    assert len(post.sent) == 1
    post.reports = [report("off", is_on=False)]
    post.pass_by()
    assert len(post.sent) == 1
    assert post.reports[0].next_at(post.now) is None


def test_what_somebody_asks_for_is_sent_now_and_once(post: Post) -> None:
    wanted = FRIDAY + timedelta(days=1, hours=3, seconds=5)
    post.reports = [report(wanted_at=wanted, is_on=False)]
    post.now = wanted - timedelta(seconds=1)
    post.pass_by(timedelta(seconds=2), 5)
    assert post.sent == [("week", wanted + timedelta(seconds=1))]


def test_what_failed_for_sure_is_tried_again_and_holds_up_no_other(post: Post) -> None:
    post.reports = [report("bad"), report("unmade"), report("good")]
    post.fails = {"bad": NotSent("refused all recipients"), "unmade": ValueError("no such page")}
    post.pass_by()
    assert post.tries == ["bad", "unmade", "good"]
    assert post.last("bad") == ("failed", "refused all recipients")
    assert post.last("unmade") == ("failed", "no such page")
    post.pass_by(timedelta(seconds=60))
    assert len(post.tries) == 3
    post.fails = {}
    post.pass_by(PAUSE, 2)
    assert [key for key, _ in post.sent] == ["good", "bad", "unmade"]


def test_what_may_have_arrived_is_never_sent_again(post: Post) -> None:
    post.fails = {"week": NotSent("timeout", may_be_sent=True)}
    post.pass_by()
    assert post.last() == ("unknown", "timeout")
    post.fails = {}
    post.pass_by(PAUSE, 20)
    assert post.sent == []


def test_who_did_not_get_it_is_said_and_the_others_get_it_once(post: Post) -> None:
    post.remark = "1 recipients were refused; the others got it"
    post.pass_by(PAUSE, 20)
    assert len(post.sent) == 1
    assert post.last() == ("sent", post.remark)


def test_what_an_earlier_version_has_sent_is_not_sent_again(post: Post) -> None:
    with closing(sqlite3.connect(post.state)) as db, db:
        db.execute("create table mails_sent (name text, day text, primary key (name, day))")
        db.execute("insert into mails_sent values ('week', ?)", [f"{FRIDAY.date()}"])
    post.pass_by(timedelta(hours=1), 2)
    assert post.sent == []


_KILLED = """
import sys, time
from datetime import datetime
from pathlib import Path
from receiver.mails.schedule import ReportSchedule
from receiver.mails.sent import SentReports
from tests.receiver.mails.test_schedule import FRIDAY, report

place, at = Path(sys.argv[1]), sys.argv[2]

def reach(point):
    if point == at:
        (place / "reached").touch()
        time.sleep(600)

def send():
    reach("sending")
    return ""

def prepare(asked):
    reach("making")
    return send

sent = SentReports(place / "state.sqlite")
ReportSchedule(sent, lambda: [report()], lambda: FRIDAY).send_due(prepare)
"""


@pytest.mark.parametrize(
    ("at", "sent", "outcome"), [("making", 1, "sent"), ("sending", 0, "unknown")]
)
def test_killed_it_sends_nothing_twice(
    post: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, sent: int, outcome: str
) -> None:
    """Until its first byte may have gone out, it is sent when the process is back; from then on
    never again."""
    killed = subprocess.Popen([sys.executable, "-c", _KILLED, str(tmp_path), at])
    try:
        wait_until((tmp_path / "reached").exists, 30)
    finally:
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
    monkeypatch.setattr("receiver.mails.schedule.LOOK_SECONDS", 0.001)
    _run(post, lambda tries: tries == 3)
    assert len(post.sent) == sent
    assert post.last()[0] == outcome


def _run(post: Post, is_over: Callable[[int], bool]) -> None:
    """Until it has looked so often."""
    stop, looks = threading.Event(), 0

    def reports() -> list[ScheduledReport]:
        nonlocal looks
        looks += 1
        if is_over(looks):
            stop.set()
        return post.reports

    ReportSchedule(SentReports(post.state), reports, lambda: post.now).run(post.prepare, stop)
