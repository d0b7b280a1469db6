"""Numbers, days and times in a reader's language."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboards.slice.period import Period
from dashboards.wording.texts import Texts

_NO_BREAK = "\N{NO-BREAK SPACE}"
_MINUS = "\N{MINUS SIGN}"
_DASH = "\N{EN DASH}"
_UNITS = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))
_STEPS = ((86_400, 3600), (600, 60))
"""Rounding of longer durations: (minimum seconds, rounding step)."""


@dataclass(frozen=True, slots=True)
class Formats:
    """`zone`: the configured time zone, used for all times."""

    texts: Texts
    zone: ZoneInfo

    def number(self, number: float, decimals: int = 0) -> str:
        """12345.6 → 12 345,6 or 12,345.6; with a real minus sign."""
        written = f"{number:,.{decimals}f}".replace("-", _MINUS)
        if self.texts.language == "ru":
            written = written.replace(",", _NO_BREAK).replace(".", ",")
        return written

    def percent(self, share: float, decimals: int = 1) -> str:
        """0.1234 → 12,3 % or 12.3%."""
        gap = _NO_BREAK if self.texts.language == "ru" else ""
        return f"{self.number(share * 100, decimals)}{gap}%"

    def change(self, share: float) -> str:
        """0.5 → +50 %; signed, in whole percent."""
        whole = round(share * 100) / 100
        return f"{'+' if whole > 0 else ''}{self.percent(whole + 0.0, 0)}"

    def count(self, noun: str, number: int) -> str:
        """21, "leads" → 21 лид; the noun is a key under [counts]."""
        return f"{self.number(number)}{_NO_BREAK}{self.texts.plural(noun, number)}"

    def day(self, day: date) -> str:
        """20 ноября 2026."""
        return f"{self._day_and_month(day)}{_NO_BREAK}{day.year}"

    def weekday(self, day: date) -> str:
        return self.texts.forms("calendar.weekdays")[day.weekday()]

    def month(self, day: date) -> str:
        """Ноябрь 2026."""
        name = self.texts.forms("calendar.months")[day.month - 1]
        return f"{name[:1].upper()}{name[1:]}{_NO_BREAK}{day.year}"

    def days(self, period: Period) -> str:
        """1–20 ноября 2026; month and year once if both days share them."""
        first, last = period.first, period.last
        if first == last:
            return self.day(last)
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}{_DASH}{self.day(last)}"
        beginning = self._day_and_month(first) if first.year == last.year else self.day(first)
        return f"{beginning} {_DASH} {self.day(last)}"

    def moment(self, moment: datetime) -> str:
        """20 ноября 2026, 14:32, in the zone."""
        local = self._local(moment)
        return f"{self.day(local.date())}, {local:%H:%M}"

    def short_moment(self, moment: datetime) -> str:
        """20.11.2026 14:32 or 2026-11-20 14:32, for tables. A naive time is already local."""
        local = self.local(moment)
        return (
            f"{local:%d.%m.%Y %H:%M}" if self.texts.language == "ru" else f"{local:%Y-%m-%d %H:%M}"
        )

    def local(self, moment: datetime) -> datetime:
        """Naive, in the zone. A naive time is already local."""
        return (moment if moment.tzinfo is None else self._local(moment)).replace(tzinfo=None)

    def seconds(self, seconds: float) -> str:
        """4:05 for four minutes, 1:02:03 for an hour, 3 d 4 h for days."""
        whole = round(seconds)
        days, rest = divmod(abs(whole), 86_400)
        sign = _MINUS if whole < 0 else ""
        if days:
            return (
                f"{sign}{self.texts('site.days_hours', days=self.number(days), hours=rest // 3600)}"
            )
        hours, minutes = divmod(rest // 60, 60)
        if hours:
            return f"{sign}{hours}:{minutes:02}:{rest % 60:02}"
        return f"{sign}{minutes}:{rest % 60:02}"

    def duration(self, seconds: float) -> str:
        """For tiles and sentences: 6 с, 1 мин 30 с, 17 мин, 2 ч 5 мин, 3 д 4 ч. Seconds are dropped
        from ten minutes on, minutes from a day on."""
        whole = round(seconds)
        length = abs(whole)
        step = next((step for least, step in _STEPS if length >= least), 1)
        rest = round(length / step) * step
        written: list[str] = []
        for unit, size in _UNITS:
            number, rest = divmod(rest, size)
            if number or (unit == "second" and not written):
                written.append(self.texts(f"duration.{unit}", number=self.number(number)))
        return (_MINUS if whole < 0 else "") + " ".join(written)

    def zone_name(self, now: datetime) -> str:
        """Europe/Moscow, UTC+3."""
        return f"{self.zone.key}, UTC{_offset(now.astimezone(self.zone))}"

    def _local(self, moment: datetime) -> datetime:
        """The last hours of the year 9999 have no local time east of Greenwich."""
        try:
            return moment.astimezone(self.zone)
        except OverflowError:
            return moment

    def _day_and_month(self, day: date) -> str:
        return f"{day.day}{_NO_BREAK}{self.texts.forms('calendar.months_of_day')[day.month - 1]}"


def _offset(moment: datetime) -> str:
    """+3, -3:30, +0."""
    minutes = (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    sign = _MINUS if minutes < 0 else "+"
    return f"{sign}{hours}" + (f":{rest:02}" if rest else "")
