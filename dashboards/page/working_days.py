"""How many working days two periods have: what a change of counts may come from."""

from dataclasses import dataclass

from dashboards.page.context import CardContext
from dashboards.page.rows import ask_row
from dashboards.slice.period import Period


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Of a period, by the calendar in force."""

    working_days: int


def working_days_of(context: CardContext, period: Period) -> int:
    days = ask_row(context, "working_days", WorkingDays, context.slice.of(period))
    return days.working_days


def working_days_said(context: CardContext, before: Period) -> str:
    """Of the page's period and the one compared with; empty where they have as many."""
    now, then = (working_days_of(context, period) for period in (context.slice.period, before))
    return "" if now == then else context.texts("slice.working_days", now=now, before=then)
