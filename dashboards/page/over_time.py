"""Units of time of a page's charts, and the leads of one of them."""

from datetime import date

from dashboards.page.context import CardContext
from dashboards.slice.period import unit_for
from dashboards.slice.slice import Slice
from dashboards.wording.units import unit_period


def unit_of(context: CardContext) -> str:
    """What one mark of a chart stands for."""
    return unit_for(context.slice.period.days)


def leads_of_unit(
    context: CardContext,
    starts_on: date,
    unit: str,
    about: Slice,
    **narrowed: object,
) -> str | None:
    """The journal with the leads of the unit that begins then, as far as `about` has it."""
    days = unit_period(starts_on, unit, about.period)
    return context.leads(context.slice.of(days), **narrowed)
