"""What the page of alerts does: reads and writes `state.sqlite`, sends test messages."""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from analytics.alerts.rule import AlertRule
from analytics.alerts.trouble import AlertRecord
from analytics.published_file import NotPublished, Published
from calltouch.alerts.channels import alert_channels
from calltouch.alerts.judging import BrokenRule, RuleJudge, days_told
from calltouch.alerts.signs import rule_book
from dashboards.pages.alerts.desk import ChannelState, NoteRefused, NoteWish, RuleRefused, RuleTrial
from receiver.alerts.noting import going_on, open_alerts_state
from receiver.alerts.outlets import NotTold
from receiver.alerts.rule_book import RuleOfSettings
from receiver.alerts.telling import AlertChannel, try_channel
from receiver.alerts.timeline_notes import (
    BadNote,
    TimelineNote,
    add_note,
    open_notes,
    remove_note,
)
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings

# Every page asks, for the menu.
_KEEP_SECONDS = 3.0
_TRIAL_DAYS, _TRIAL_SECONDS = 30, 10.0


class StoredAlerts:
    """An `AlertDesk`."""

    def __init__(
        self,
        settings: Settings,
        published: Published,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._published = published
        self._clock = now
        self._book = rule_book(settings)
        self._state = DataDir(settings.data_dir).state
        self._zone = ZoneInfo(settings.timezone)
        self._channels = {channel.name: channel for channel in alert_channels(settings)}
        self._kept: Sequence[AlertRecord] = ()
        self._next = 0.0

    def going_on(self) -> Sequence[AlertRecord]:
        """Nothing from a file that is not there or cannot be read: that is said elsewhere."""
        if time.monotonic() >= self._next:
            try:
                with closing(self._read_only()) as db:
                    self._kept = going_on(db)
            except sqlite3.Error:
                self._kept = ()
            self._next = time.monotonic() + _KEEP_SECONDS
        return self._kept

    def channels(self) -> Sequence[ChannelState]:
        with closing(open_alerts_state(self._state)) as db:
            rows = db.execute("select channel, failed_at, reason from alert_channels").fetchall()
        failed = {row["channel"]: (row["failed_at"], row["reason"]) for row in rows}
        return [_state_of(channel, failed) for channel in self._channels.values()]

    def try_channel(self, name: str) -> str:
        try:
            try_channel(self._channels[name], datetime.now(self._zone))
        except NotTold as error:
            return str(error)
        return ""

    def add_note(self, wish: NoteWish, author: str) -> None:
        note = TimelineNote(wish.began_at, wish.ended_at, wish.site_id, wish.text, author)
        try:
            with closing(open_notes(self._state)) as db:
                add_note(db, note, datetime.now(UTC))
        except BadNote as error:
            raise NoteRefused(error.fault) from error

    def remove_note(self, note_id: int) -> bool:
        with closing(open_notes(self._state)) as db:
            return remove_note(db, note_id)

    def rules(self) -> Sequence[tuple[AlertRule, bool]]:
        return [(rule, name in self._book.settings) for name, rule in self._book.rules().items()]

    def check_rule(self, rule: AlertRule) -> None:
        now = self._now()
        with self._judging() as judge_at:
            try:
                judge = judge_at(now)
                for site in judge.sites(rule):
                    judge.judge(rule, site)
            except BrokenRule as error:
                if error.fault != "too_little":
                    raise RuleRefused(error.fault, error.detail) from error

    def try_rule(self, rule: AlertRule) -> RuleTrial:
        gives_up_at, told, tried = time.monotonic() + _TRIAL_SECONDS, [], 0
        with self._judging() as judge_at:
            try:
                for day, is_told in days_told(rule, judge_at, self._now(), _TRIAL_DAYS):
                    tried += 1
                    told += [day] if is_told else []
                    if time.monotonic() > gives_up_at:
                        break
            except BrokenRule as error:
                raise RuleRefused(error.fault, error.detail) from error
        is_cut = tried < _TRIAL_DAYS and time.monotonic() > gives_up_at
        return RuleTrial(tried, tuple(told), is_cut)

    def save_rule(self, rule: AlertRule, who: str) -> None:
        try:
            self._book.save(rule, who, datetime.now(UTC))
        except RuleOfSettings as error:
            raise RuleRefused("of_settings") from error

    def remove_rule(self, name: str) -> None:
        try:
            self._book.remove(name)
        except RuleOfSettings as error:
            raise RuleRefused("of_settings") from error

    def _now(self) -> datetime:
        return self._clock().astimezone(self._zone)

    @contextmanager
    def _judging(self) -> Iterator[Callable[[datetime], RuleJudge]]:
        """Raises `RuleRefused`."""
        try:
            with self._published.reading() as db:
                yield lambda moment: RuleJudge(db, f"{self._zone}", moment)
        except NotPublished as error:
            raise RuleRefused("failed", "nothing is published yet") from error

    def _read_only(self) -> sqlite3.Connection:
        address = f"{self._state.absolute().as_uri()}?mode=ro"
        db = sqlite3.connect(address, uri=True, timeout=1)
        db.row_factory = sqlite3.Row
        return db


def _state_of(channel: AlertChannel, failed: dict[str, tuple[str, str]]) -> ChannelState:
    quiet = channel.chosen.quiet
    failed_at, reason = failed.get(channel.name, ("", ""))
    return ChannelState(
        channel.name,
        channel.kind,
        channel.chosen.kinds,
        f"{quiet.begins:%H:%M}\N{EN DASH}{quiet.ends:%H:%M}" if quiet else "",
        channel.writer.language,
        datetime.fromisoformat(failed_at) if failed_at else None,
        reason,
    )
