"""A page that is sent on a schedule, whoever wrote it: the settings or somebody in the browser."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from receiver.settings.settings import MailSettings

Channel = Literal["mail", "telegram"]

LATEST = timedelta(hours=6)
"""So much later a report is still sent that was missed while nothing ran, or that failed."""
_MOST_DAYS_AHEAD = 62


@dataclass(frozen=True, slots=True)
class ScheduledReport:
    """`key`: the name in the settings, or `#` and the number of one made in the browser. `days`:
    weekdays, Monday is 0; with `month_day` instead on that day of the month, the last one where the
    month is shorter. `since`: times before it do not count. `wanted_at`: when somebody asked to
    send it now. `maker`: whose limits hold, None for the operator."""

    key: str
    page: str
    query: str
    language: str
    channel: Channel
    to: tuple[str, ...]
    at: time
    days: tuple[int, ...]
    month_day: int | None = None
    since: datetime | None = None
    wanted_at: datetime | None = None
    maker: str | None = None
    is_on: bool = True

    @classmethod
    def from_settings(cls, name: str, mail: MailSettings) -> "ScheduledReport":
        return cls(name, mail.page, mail.query, mail.language, "mail", mail.to, mail.at, mail.days)

    def is_of(self, day: date) -> bool:
        if self.month_day is None:
            return day.weekday() in self.days
        _, last = calendar.monthrange(day.year, day.month)
        return day.day == min(self.month_day, last)

    def moment_of(self, day: date, now: datetime) -> datetime:
        return datetime.combine(day, self.at, now.tzinfo)

    def due(self, now: datetime) -> datetime | None:
        """The time that it is to be sent for, if it is not too late for it; `now` is local."""
        if not self.is_on:
            return None
        for day in (now.date(), now.date() - timedelta(1)):
            moment = self.moment_of(day, now)
            is_possible = moment <= now <= moment + LATEST and self.is_of(day)
            if is_possible and (self.since is None or moment > self.since):
                return moment
        return None

    def next_at(self, now: datetime) -> datetime | None:
        """None where it is switched off."""
        if not self.is_on:
            return None
        days = (now.date() + timedelta(number) for number in range(_MOST_DAYS_AHEAD))
        moments = (self.moment_of(day, now) for day in days if self.is_of(day))
        return next((moment for moment in moments if moment > now), None)
