"""An alert in words: what is wrong, since when, what may be the cause, and what to do. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from analytics.alerts.trouble import AlertRecord

LANGUAGES = ("ru", "en")
_MOMENT, _SHARE = "_at", "share"
_UNITS = {"ru": ("дн.", "ч", "мин"), "en": ("d", "h", "min")}

Wording = Mapping[str, str]
"""Of one text, by language."""


@dataclass(frozen=True, slots=True)
class AlertText:
    """`cause`: empty where there is no guess."""

    title: str
    text: str
    cause: str
    advice: str


@dataclass(frozen=True, slots=True)
class AlertWriter:
    """Writes in one language, by the clock of one zone."""

    language: str
    zone: ZoneInfo

    def text(self, alert: AlertRecord) -> AlertText:
        """Of what is wrong."""
        kind = _kinds().get(alert.kind, _kinds()["unknown"])
        values = _Values(self._values(alert))
        causes = _plain("causes")
        cause = causes[alert.cause][self.language] if alert.cause in causes else ""
        general = _plain("advice_by_cause").get(alert.cause, kind["advice"])
        advice = kind.get(f"advice_{alert.cause}", general)
        said = kind.get(f"text_{alert.cause}", kind["text"])
        written = (kind["title"], said, advice)
        title, text, to_do = (words[self.language].format_map(values) for words in written)
        return AlertText(title, text, cause.format_map(values), to_do)

    def ended(self, alert: AlertRecord) -> str:
        """One line: it is over."""
        kind = _kinds().get(alert.kind, {})
        if "ended" in kind:
            return kind["ended"][self.language].format_map(_Values(self._values(alert)))
        return self.phrase("ended", title=self.text(alert).title)

    def phrase(self, name: str, **values: object) -> str:
        """One of the phrases that hold a message together."""
        return _plain("phrases")[name][self.language].format_map(_Values(values))

    def moment(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%d.%m.%Y %H:%M}"

    def duration(self, span: timedelta) -> str:
        """2 ч 15 мин: the two largest units that count."""
        minutes = max(round(span.total_seconds() / 60), 1)
        days, hours = divmod(minutes // 60, 24)
        parts = list(zip((days, hours, minutes % 60), _UNITS[self.language], strict=True))
        while len(parts) > 1 and not parts[0][0]:
            parts.pop(0)
        return "\N{NO-BREAK SPACE}".join(f"{n}\N{NO-BREAK SPACE}{unit}" for n, unit in parts[:2])

    def _values(self, alert: AlertRecord) -> dict[str, object]:
        figures = {name: self._shown(name, value) for name, value in alert.figures.items()}
        if not figures.get("site"):
            figures["site"] = self.phrase("all_sites")
        return {"subject": alert.subject, "count": alert.count, **figures}

    def _shown(self, name: str, value: float | str) -> str:
        if isinstance(value, str):
            return self.moment(datetime.fromisoformat(value)) if name.endswith(_MOMENT) else value
        if name.endswith(_SHARE):
            return f"{self._shown('', round(100 * value, 1))}\N{NO-BREAK SPACE}%"
        shown = f"{value:.0f}" if float(value).is_integer() or abs(value) >= 100 else f"{value:.3g}"
        return shown.replace(".", ",") if self.language == "ru" else shown


def known_causes() -> frozenset[str]:
    return frozenset(_plain("causes"))


def known_kinds() -> frozenset[str]:
    """Those that have texts."""
    return frozenset(_kinds())


class _Values(dict[str, object]):
    """A figure that is not there is a dash: an alert of an older version may lack it."""

    def __missing__(self, key: str) -> str:
        return "—"


def _kinds() -> Mapping[str, Mapping[str, Wording]]:
    kinds: Mapping[str, Mapping[str, Wording]] = _document()["kinds"]
    return kinds


def _plain(section: str) -> Mapping[str, Wording]:
    words: Mapping[str, Wording] = _document()[section]
    return words


@cache
def _document() -> dict[str, Any]:
    source = files("analytics.alerts").joinpath("texts.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)
