"""The answers of the reports, as values. The SQL file of a report says what its numbers mean."""

from dataclasses import dataclass
from datetime import date

from duckdb import DuckDBPyConnection

from analytics.reports import run_report
from dashboards.period import Period

TOP_SOURCES = 12


@dataclass(frozen=True, slots=True)
class LeadSpan:
    leads: int
    first_day: date | None
    last_day: date | None

    @property
    def period(self) -> Period | None:
        """From the first day with leads to the last; None when there are no leads."""
        if self.first_day is None or self.last_day is None:
            return None
        return Period(self.first_day, self.last_day)


@dataclass(frozen=True, slots=True)
class LeadTotals:
    leads: int = 0
    calls: int = 0
    requests: int = 0
    unfinished_calls: int = 0
    unique_leads: int = 0
    uniqueness_known: int = 0
    target_leads: int = 0
    target_known: int = 0


@dataclass(frozen=True, slots=True)
class DeliveryTotals:
    deliveries: int = 0
    quarantined: int = 0
    suspected_gaps: int = 0


@dataclass(frozen=True, slots=True)
class UnitOfTime:
    """The leads of a day, week, month or year."""

    starts_on: date
    calls: int
    requests: int


@dataclass(frozen=True, slots=True)
class Source:
    """The leads of one source and medium, or of all the rest."""

    is_rest: bool
    source: str | None
    medium: str | None
    sources: int
    leads: int
    calls: int
    requests: int
    unique_leads: int
    target_leads: int
    target_known: int


def read_lead_span(db: DuckDBPyConnection, timezone: str) -> LeadSpan:
    return LeadSpan(**run_report(db, "lead_span", {"timezone": timezone}).records()[0])


def read_lead_totals(db: DuckDBPyConnection, period: Period, timezone: str) -> LeadTotals:
    return LeadTotals(**run_report(db, "lead_totals", _of(period, timezone)).records()[0])


def read_delivery_totals(db: DuckDBPyConnection, period: Period, timezone: str) -> DeliveryTotals:
    return DeliveryTotals(**run_report(db, "delivery_totals", _of(period, timezone)).records()[0])


def read_leads_over_time(
    db: DuckDBPyConnection, period: Period, unit: str, timezone: str
) -> list[UnitOfTime]:
    """One per `unit` ("day", "week", "month", "year"), in order, none left out."""
    answer = run_report(db, "leads_over_time", {**_of(period, timezone), "unit": unit})
    return [UnitOfTime(**row) for row in answer.records()]


def read_leads_by_source(db: DuckDBPyConnection, period: Period, timezone: str) -> list[Source]:
    """Most leads first; the rest, if any, last."""
    answer = run_report(db, "leads_by_source", {**_of(period, timezone), "top": TOP_SOURCES})
    return [Source(**row) for row in answer.records()]


def _of(period: Period, timezone: str) -> dict[str, object]:
    return {"from": period.first, "to": period.last, "timezone": timezone}
