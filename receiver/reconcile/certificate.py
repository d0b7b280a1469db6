"""The certificate: the results of a comparison as one page to share.

It is self-contained. It lists the ids of lost leads and no personal data.
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
    """One day over all sites and lead types. `shade`: 0 nothing lost … 4 most lost.
    `is_blind`: unreadable answers may hide lost leads."""

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
    """What was compared, when, and in which time zone."""

    published_at: datetime
    timezone: str
    compared_at: datetime


def certificate(results: Sequence[ReconciledDay], source: CertificateSource, language: str) -> str:
    """The page as HTML. `language`: one of `LANGUAGES`."""
    days = totals(results)
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
        only_webhook=sum(result.only_webhook for result in results),
        per_mille=1000 * lost / in_api if in_api else 0.0,
        differing=sum(day.differing for day in days),
        weeks=weeks(days),
        days=days,
        unread=[flaw for result in results for flaw in result.flaws],
        is_blind=any(day.is_blind for day in days),
        lost_leads=_lost_leads(results, source.compared_at.date()),
        sites=sorted({result.site_id for result in results}),
        source=source,
        version=__version__,
    )
    return page


def totals(results: Sequence[ReconciledDay]) -> list[DayTotal]:
    """Day by day, oldest first."""
    of_day: dict[date, list[ReconciledDay]] = defaultdict(list)
    for result in results:
        of_day[result.day].append(result)
    return [
        DayTotal(
            day=day,
            in_api=sum(part.in_api for part in parts),
            received=sum(part.in_both + part.only_api for part in parts),
            lost=sum(len(part.lost) for part in parts),
            differing=sum(part.differing_leads for part in parts),
            is_blind=any(flaw.hides_leads for part in parts for flaw in part.flaws),
        )
        for day, parts in sorted(of_day.items())
    ]


def weeks(days: Sequence[DayTotal]) -> list[list[DayTotal | None]]:
    """Calendar weeks from Monday to Sunday; None for days not compared."""
    known: Mapping[date, DayTotal] = {total.day: total for total in days}
    monday = days[0].day - timedelta(days=days[0].day.weekday())
    calendar = []
    while monday <= days[-1].day:
        calendar.append([known.get(monday + timedelta(days=number)) for number in range(7)])
        monday += timedelta(days=7)
    return calendar


def _lost_leads(results: Sequence[ReconciledDay], today: date) -> list[dict[str, Any]]:
    return [
        {
            "day": result.day,
            "site_id": result.site_id,
            "lead_type": result.lead_type,
            "lead_id": lead_id,
            "remedy": remedy(result.day, today).replace(" ", "_"),
        }
        for result in results
        for lead_id in result.lost
    ]


def _texts(language: str) -> dict[str, str]:
    texts = tomllib.loads((_HERE / "certificate.toml").read_text(encoding="utf-8"))
    return {name: both[language] for name, both in texts.items()}
