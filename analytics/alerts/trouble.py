"""What is wrong now, and what is known of it since it was noticed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

Figures = Mapping[str, float | str]


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a source says holds now. `subject`: what it is about, "" for the installation or the
    account; one kind and subject is one alert at a time. `cause`: a first guess, a word of
    `texts.toml`. `count`: how often it has happened; people are told again when it grows."""

    kind: str
    subject: str
    cause: str
    figures: Figures
    since: datetime
    count: int = 0

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.subject


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """A trouble as it is kept. `began_at`: since when it is so; `noticed_at`: since when it is
    known."""

    alert_id: int
    kind: str
    subject: str
    cause: str
    figures: Figures = field(default_factory=dict)
    began_at: datetime = datetime.min
    noticed_at: datetime = datetime.min
    ended_at: datetime | None = None
    count: int = 0
    told_at: datetime | None = None
    times_told: int = 0

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.subject


def as_figures(values: Mapping[str, object]) -> Figures:
    """What is neither text nor number has no place among figures."""
    return {
        name: value if isinstance(value, str) else float(value)
        for name, value in values.items()
        if isinstance(value, str | int | float)
    }
