"""Date formats of the API; all in Moscow time."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from simulator.market.rhythm import MOSCOW

CALLS_ORDER, REQUESTS_ORDER = "%d/%m/%Y", "%m/%d/%Y"
"""The exports disagree on the order of day and month."""


class BadDate(ValueError):
    """The text names the unreadable parameter."""


@dataclass(frozen=True, slots=True)
class DateRange:
    """Whole days, both inclusive, with times limiting the first and the last day."""

    first: date
    last: date
    opens: time = time(0, 0, 0)
    closes: time = time(23, 59, 59)

    @property
    def since(self) -> int:
        return int(datetime.combine(self.first, self.opens, MOSCOW).timestamp())

    @property
    def until(self) -> int:
        """The first second after it."""
        return int(datetime.combine(self.last, self.closes, MOSCOW).timestamp()) + 1

    @property
    def days(self) -> tuple[date, ...]:
        count = (self.last - self.first).days + 1
        return tuple(self.first + timedelta(days=number) for number in range(count))


def read_day(text: str, order: str) -> date:
    return _read(text, order).date()


def read_time(text: str) -> time:
    return _read(text, "%H:%M:%S").time()


def read_moment(text: str) -> int:
    """`01-10-2020 12:00:00`, as in JSON bodies."""
    return int(_read(text, "%d-%m-%Y %H:%M:%S").replace(tzinfo=MOSCOW).timestamp())


def _read(text: str, layout: str) -> datetime:
    try:
        return datetime.strptime(text, layout)
    except ValueError:
        raise BadDate(f"{text!r} is not like {layout}") from None


def moment_text(at: int) -> str:
    """`15/09/2023 11:22:50`."""
    return datetime.fromtimestamp(at, MOSCOW).strftime("%d/%m/%Y %H:%M:%S")


def uneven_moment_text(at: int, turn: int) -> str:
    """Same, as the calls export writes it: sometimes, by `turn`, 9 o'clock is not 09."""
    moment = datetime.fromtimestamp(at, MOSCOW)
    hour = f"{moment:%H}"
    if turn % 5 == 0:
        hour = f"{moment.hour:2d}"
    elif turn % 5 == 1:
        hour = str(moment.hour)
    return f"{moment:%d/%m/%Y} {hour}:{moment:%M:%S}"
