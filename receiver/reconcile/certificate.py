"""The certificate: what a comparison found, as one page that can be sent to anybody.

It holds everything in itself and loads nothing. It names ids of lost leads and no personal data.
"""

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from receiver import __version__
from receiver.reconcile.comparing import ReconciledDay, remedy

LANGUAGES = ("ru", "en")
_HERE = Path(__file__).parent
_PAGES = Environment(
    loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@dataclass(frozen=True, slots=True)
class DayTotal:
    """One day over all sites and types of lead. `shade`: 0 nothing lost … 4 most of it.
    `is_blind`: a lost lead may hide in what could not be read."""

    day: date
    in_api: int
    received: int
    lost: int
    differing: int
    is_blind: bool

    @property
    def per_mille(self) -> float:
        return 1000 * self.lost / self.in_api if self.in_api else 0.0

    @property
    def shade(self) -> int:
        return sum(self.per_mille > step for step in (0, 10, 50, 250))


@dataclass(frozen=True, slots=True)
class CertificateSource:
    """What was compared: the published file's time, and the zone of the days."""

    published_at: datetime
    timezone: str
    compared_at: datetime


def certificate(found: Sequence[ReconciledDay], source: CertificateSource, language: str) -> str:
    """The page. `language`: one of `LANGUAGES`."""
    days = totals(found)
    in_api = sum(day.in_api for day in days)
    lost = sum(day.lost for day in days)
    page: str = _PAGES.get_template("certificate.html.jinja").render(
        t=_texts(language),
        language=language,
        first=days[0].day,
        last=days[-1].day,
        in_api=in_api,
        received=in_api - lost,
        lost=lost,
        only_webhook=sum(one.only_webhook for one in found),
        per_mille=1000 * lost / in_api if in_api else 0.0,
        differing=sum(day.differing for day in days),
        weeks=weeks(days),
        days=days,
        unread=[flaw for one in found for flaw in one.flaws],
        is_blind=any(day.is_blind for day in days),
        lost_leads=_lost_leads(found, source.compared_at.date()),
        sites=sorted({one.site_id for one in found}),
        source=source,
        version=__version__,
    )
    return page


def totals(found: Sequence[ReconciledDay]) -> list[DayTotal]:
    """Day by day, oldest first."""
    of_day: dict[date, list[ReconciledDay]] = defaultdict(list)
    for one in found:
        of_day[one.day].append(one)
    return [
        DayTotal(
            day=day,
            in_api=sum(one.in_api for one in parts),
            received=sum(one.in_both + one.only_api for one in parts),
            lost=sum(len(one.lost) for one in parts),
            differing=sum(one.differing_leads for one in parts),
            is_blind=any(flaw.hides_leads for one in parts for flaw in one.flaws),
        )
        for day, parts in sorted(of_day.items())
    ]


def weeks(days: Sequence[DayTotal]) -> list[list[DayTotal | None]]:
    """The calendar: weeks from Monday to Sunday; None where a day was not compared."""
    known: Mapping[date, DayTotal] = {one.day: one for one in days}
    monday = days[0].day - timedelta(days=days[0].day.weekday())
    calendar = []
    while monday <= days[-1].day:
        calendar.append([known.get(monday + timedelta(days=number)) for number in range(7)])
        monday += timedelta(days=7)
    return calendar


def _lost_leads(found: Sequence[ReconciledDay], today: date) -> list[dict[str, Any]]:
    return [
        {
            "day": one.day,
            "site_id": one.site_id,
            "lead_type": one.lead_type,
            "lead_id": lead_id,
            "remedy": remedy(one.day, today).replace(" ", "_"),
        }
        for one in found
        for lead_id in one.lost
    ]


def _texts(language: str) -> dict[str, str]:
    texts = tomllib.loads((_HERE / "certificate.toml").read_text(encoding="utf-8"))
    return {name: both[language] for name, both in texts.items()}
