"""`/`: how are we doing? Four numbers, leads over time, leads by source."""

from collections.abc import Sequence
from dataclasses import dataclass

from duckdb import DuckDBPyConnection
from flask import Blueprint, request

from dashboards.charts import Chart, locale_of
from dashboards.figures import Series, bars_by_name, bars_over_time, shorten
from dashboards.freshness import Freshness, read_freshness
from dashboards.numbers import (
    DeliveryTotals,
    LeadSpan,
    LeadTotals,
    Source,
    UnitOfTime,
    read_delivery_totals,
    read_lead_span,
    read_lead_totals,
    read_leads_by_source,
    read_leads_over_time,
)
from dashboards.period import DEFAULT_DAYS, PRESET_DAYS, Period, unit_for
from dashboards.rates import LEAST, change, share
from dashboards.settings import dashboards
from dashboards.texts import Texts
from dashboards.visit import Visit, current_visit, render

page = Blueprint("overview", __name__)

# Longer charts show only the time that has data; up to this, empty days at either end count too.
_SHOWN_WHOLE_DAYS = 92


@dataclass(frozen=True, slots=True)
class Answers:
    """What the reports say about a period. `…_before`: about the one of that length before it."""

    freshness: Freshness
    span: LeadSpan
    totals: LeadTotals
    totals_before: LeadTotals
    deliveries: DeliveryTotals
    deliveries_before: DeliveryTotals
    unit: str
    over_time: list[UnitOfTime]
    by_source: list[Source]


@dataclass(frozen=True, slots=True)
class Tile:
    """A number, its growth, and for flags how many leads have a known one and the share of them."""

    value: int
    change: float | None
    known: int = 0
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """A period to choose with one click; `days` None: all there is."""

    days: int | None
    query: dict[str, str]
    is_current: bool


@page.get("/")
def show() -> str:
    visit = current_visit()
    period = Period.from_query(request.args, visit.today)
    with dashboards().published.reading() as db:
        answers = ask(db, period, visit)
    return render(
        "overview.html",
        visit,
        freshness=answers.freshness,
        period=period,
        before=period.before(),
        presets=presets(answers.span, period, visit),
        answers=answers,
        tiles=tiles(answers),
        hides_some=hides_some(answers),
        least=LEAST,
        share=share,
        over_time=over_time_chart(answers, period, visit),
        by_source=by_source_chart(answers, visit),
        source_names=[shorten(source_name(row, visit), 80) for row in answers.by_source],
        nearest=nearest(answers.span),
    )


def ask(db: DuckDBPyConnection, period: Period, visit: Visit) -> Answers:
    """Raises `NoDeliveries`."""
    zone, before = visit.timezone, period.before()
    freshness = read_freshness(db)
    span = read_lead_span(db, zone)
    shown = shown_days(period, span)
    unit = unit_for(shown.days)
    return Answers(
        freshness=freshness,
        span=span,
        totals=read_lead_totals(db, period, zone),
        totals_before=read_lead_totals(db, before, zone) if before else LeadTotals(),
        deliveries=read_delivery_totals(db, period, zone),
        deliveries_before=read_delivery_totals(db, before, zone) if before else DeliveryTotals(),
        unit=unit,
        over_time=read_leads_over_time(db, shown, unit, zone),
        by_source=read_leads_by_source(db, period, zone),
    )


def shown_days(period: Period, span: LeadSpan) -> Period:
    """The days of the chart: years in which nothing was recorded yet would be no zeros."""
    if period.days <= _SHOWN_WHOLE_DAYS or span.period is None:
        return period
    return period.within(span.period)


def tiles(answers: Answers) -> dict[str, Tile]:
    now, before = answers.totals, answers.totals_before
    received, received_before = answers.deliveries.deliveries, answers.deliveries_before.deliveries
    return {
        "leads": Tile(now.leads, change(now.leads, before.leads)),
        "unique": Tile(
            now.unique_leads,
            change(now.unique_leads, before.unique_leads),
            now.uniqueness_known,
            share(now.unique_leads, now.uniqueness_known),
        ),
        "target": Tile(
            now.target_leads,
            change(now.target_leads, before.target_leads),
            now.target_known,
            share(now.target_leads, now.target_known),
        ),
        "deliveries": Tile(received, change(received, received_before)),
    }


def hides_some(answers: Answers) -> bool:
    """Whether a percentage is left out anywhere, so that the page has to say why."""
    shown = tiles(answers).values()
    rates = [tile.share for tile in shown if tile.known]
    rates += [share(row.target_leads, row.target_known) for row in answers.by_source]
    return None in [*rates, *(tile.change for tile in shown)]


def presets(span: LeadSpan, period: Period, visit: Visit) -> list[Preset]:
    periods: list[tuple[int | None, Period]] = [
        (days, Period.ending(visit.today, days)) for days in PRESET_DAYS
    ]
    if span.period is not None:
        first, last = min(span.period.first, visit.today), max(span.period.last, visit.today)
        periods.append((None, Period(first, last)))
    return [Preset(days, offered.query, offered == period) for days, offered in periods]


def nearest(span: LeadSpan) -> Period | None:
    """A period that has leads, to offer instead of one that has none."""
    if span.period is None:
        return None
    return Period.ending(span.period.last, DEFAULT_DAYS).within(span.period)


def over_time_chart(answers: Answers, period: Period, visit: Visit) -> Chart:
    rows, texts = answers.over_time, visit.texts
    figure = bars_over_time(
        [row.starts_on for row in rows], calls_and_requests(rows, texts), answers.unit, texts
    )
    leads = visit.formats.count("leads", answers.totals.leads)
    label = texts("overview.over_time_label", days=visit.formats.days(period), leads=leads)
    return Chart("leads-over-time", label, figure, "medium", locale_of(texts, answers.unit))


def by_source_chart(answers: Answers, visit: Visit) -> Chart:
    rows, texts = answers.by_source, visit.texts
    names = [source_name(row, visit) for row in rows]
    figure = bars_by_name(names, calls_and_requests(rows, texts))
    size = "small" if len(rows) <= 4 else "medium" if len(rows) <= 8 else "large"
    return Chart(
        "leads-by-source", texts("overview.by_source_label"), figure, size, locale_of(texts)
    )


def calls_and_requests(rows: Sequence[UnitOfTime | Source], texts: Texts) -> list[Series]:
    return [
        Series(texts("overview.calls"), [row.calls for row in rows]),
        Series(texts("overview.requests"), [row.requests for row in rows]),
    ]


def source_name(row: Source, visit: Visit) -> str:
    """yandex / cpc. A stranger's text: whoever shows it escapes it."""
    if row.is_rest:
        return visit.texts("overview.rest", count=visit.formats.number(row.sources))
    if row.source is None and row.medium is None:
        return visit.texts("overview.no_source")
    source = row.source or visit.texts("overview.no_source")
    return f"{source} / {row.medium}" if row.medium else source
