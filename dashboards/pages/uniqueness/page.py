"""`/uniqueness`: who returns? Calltouch's flags, our own recount, and where the two differ."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from analytics.reports.parameters import ACROSS, DEPTH
from dashboards.access.roles import Audience
from dashboards.figures.bars import bars_over_time
from dashboards.page import column
from dashboards.page.cards import Card, Page, Part
from dashboards.page.chart_parts import chart_with_table
from dashboards.page.column import Columns
from dashboards.page.comparison import before, beside, changes_said, units_before
from dashboards.page.context import CardContext
from dashboards.page.empty import empty, empty_slice
from dashboards.page.over_time import LeadCount, series_of, unit_of, units_of
from dashboards.page.rows import ask_row, ask_rows
from dashboards.page.tables import TypedValue
from dashboards.page.tiles import Tile, sparkline, tiles
from dashboards.pages.uniqueness.cohorts import cohorts
from dashboards.pages.uniqueness.depths import depths
from dashboards.pages.uniqueness.disagreements import DisagreementTotals, disagreements
from dashboards.pages.uniqueness.recount import depth_text, recount, recounting
from dashboards.pages.uniqueness.repeats import REPEAT_AFTER, repeated, repeats
from dashboards.slice.slice import Slice
from dashboards.wording.changes import wording_of
from dashboards.wording.rates import LEAST, rate_text


@dataclass(frozen=True, slots=True)
class PeopleTotals:
    """`leads_of_nobody`: without a phone, an e-mail or another sign of who it is."""

    leads: int
    unique_leads: int
    uniqueness_known: int
    people: int
    leads_of_nobody: int


@dataclass(frozen=True, slots=True)
class UniqueUnit:
    """Of a unit of time, by its first day."""

    day: date
    leads: int
    unique_leads: int
    repeat_leads: int

    @property
    def starts_on(self) -> date:
        return self.day


_UNIQUE: LeadCount[UniqueUnit] = LeadCount(
    "uniqueness.unique", lambda row: row.unique_leads, {"unique": True}
)
_REPEAT: LeadCount[UniqueUnit] = LeadCount(
    "uniqueness.repeat", lambda row: row.repeat_leads, {"unique": False}
)


def totals(context: CardContext) -> Sequence[Part]:
    now = ask_row(context, "overview", PeopleTotals)
    if not now.leads:
        return empty_slice(context, 0)
    shapes = context.ask("uniqueness", unit=unit_of(context))
    report, options = "uniqueness_disagreement_totals", recount(context)
    compared = ask_row(context, report, DisagreementTotals, **options)
    unique, repeat = shapes.column("unique_leads"), shapes.column("repeat_leads")
    known = now.uniqueness_known
    earlier = before(context, "overview", PeopleTotals)
    compared_before = before(context, report, DisagreementTotals, **options)
    about = earlier.against.asked

    def count(tile: Tile, title: str, number: int, was: int | None) -> Tile:
        """With its change."""
        if was is None:
            return tile
        return replace(tile, change=wording_of(title, context.formats).count(number, was))

    repeats, was, differed = _repeats(context, context.slice), earlier.row, compared_before.row
    repeats_before = _repeats(context, about) if about else None
    shown = [
        count(
            _flag_tile("unique", now.unique_leads, known, unique, context),
            "overview.unique",
            now.unique_leads,
            was.unique_leads if was else None,
        ),
        count(_flag_tile("repeat", repeats, known, repeat, context), "", repeats, repeats_before),
        count(
            _recounted_tile(compared, context),
            "overview.unique",
            compared.recounted_unique,
            differed.recounted_unique if differed else None,
        ),
        count(_people_tile(now, context), "", now.people, was.people if was else None),
        _agreement_tile(compared, context),
        *(
            count(
                _difference_tile(name, getattr(compared, name), context),
                "",
                getattr(compared, name),
                getattr(differed, name) if differed else None,
            )
            for name in ("only_calltouch_unique", "only_ours_unique")
        ),
    ]
    return (tiles(shown), *changes_said(context, earlier.against), recounting(context))


def by_day(context: CardContext) -> Sequence[Part]:
    texts, units = context.texts, units_of(context)
    rows = ask_rows(context, "uniqueness", UniqueUnit, unit=units.unit)
    if not any(row.leads for row in rows):
        return empty(context)
    starts, leads = [row.starts_on for row in rows], [row.leads for row in rows]
    links = [
        [units.link(start, only, context) for start in starts]
        for only in (_UNIQUE.only, _REPEAT.only, {})
    ]
    series = series_of((_UNIQUE, _REPEAT), rows, context)
    earlier = units_before(context, "uniqueness", UniqueUnit, units.unit)
    leads_before = [unit.row.leads for unit in earlier]
    figure = bars_over_time(starts, series, units.unit, texts, leads, links, leads_before)
    columns: Columns[UniqueUnit] = (
        units.starts(lambda row, context: units.link(row.starts_on, {}, context)),
        column.number("site.leads", lambda row: row.leads),
        units.column(_UNIQUE),
        units.column(_REPEAT),
    )
    label = texts("uniqueness.by_day_label", days=context.formats.days(context.slice.period))
    name = "unique-over-time"
    compared = beside(rows, earlier)
    return chart_with_table(
        context, name, label, figure, columns, rows, unit=units.unit, earlier=compared
    )


PAGE = Page(
    "uniqueness",
    "/uniqueness",
    (
        Card("uniqueness.totals", totals),
        Card("uniqueness.by_day", by_day),
        Card("uniqueness.depths", depths, "half"),
        Card("uniqueness.repeats", repeats, "half"),
        Card("uniqueness.repeated", repeated),
        Card("uniqueness.cohorts", cohorts),
        Card("uniqueness.disagreements", disagreements),
    ),
    (ACROSS, DEPTH, REPEAT_AFTER),
    audience=Audience.SITES,
)


def _repeats(context: CardContext, about: Slice) -> int:
    """Asked like the journal that the tile leads to; none where a filter leaves none."""
    if "no" not in about.chosen.get("unique", ("no",)):
        return 0
    asked = context.ask("journal_count", about.narrowed(unique=False))
    leads: int = asked.column("leads")[0]
    return leads


def _flag_tile(
    name: str, leads: int, known: int, shape: Sequence[int], context: CardContext
) -> Tile:
    texts, formats = context.texts, context.formats
    rate, of_leads = rate_text(leads, known, formats), formats.count("of_leads", known)
    of_known = texts("uniqueness.of_known", rate=rate, known=of_leads)
    return Tile(
        name,
        texts(f"uniqueness.{name}_leads"),
        formats.number(leads),
        sparkline=sparkline(shape),
        lines=[of_known if known else texts("uniqueness.nothing_known")],
        href=context.leads(None, unique=name == "unique") if leads else None,
        typed=TypedValue(leads, "number"),
    )


def _recounted_tile(compared: DisagreementTotals, context: CardContext) -> Tile:
    """The answer at the depth that is chosen."""
    texts, formats, depth = context.texts, context.formats, context.options["depth"]
    of_leads = formats.count("of_leads", compared.recounted)
    rate = rate_text(compared.recounted_unique, compared.recounted, formats)
    return Tile(
        "recounted",
        texts("uniqueness.recounted_unique", depth=depth_text(depth, context)),
        formats.number(compared.recounted_unique),
        lines=[texts("uniqueness.recounted_of", rate=rate, leads=of_leads)],
        href="#depths",
    )


def _people_tile(now: PeopleTotals, context: CardContext) -> Tile:
    texts, formats = context.texts, context.formats
    lines = [texts("uniqueness.people_of", leads=formats.count("leads", now.leads))]
    if now.leads_of_nobody:
        lines.append(texts("uniqueness.nobody", leads=formats.number(now.leads_of_nobody)))
    title, people = texts("uniqueness.people"), formats.number(now.people)
    return Tile("people", title, people, lines=lines, typed=TypedValue(now.people, "number"))


def _agreement_tile(compared: DisagreementTotals, context: CardContext) -> Tile:
    texts, formats = context.texts, context.formats
    is_enough = compared.leads >= LEAST
    rate = formats.percent(compared.agreeing_share) if is_enough else texts("site.not_available")
    line = texts("uniqueness.compared", leads=formats.count("leads", compared.leads))
    typed = TypedValue(compared.agreeing_share, "share", 1) if is_enough else None
    return Tile("agreement", texts("uniqueness.agreement"), rate, lines=[line], typed=typed)


def _difference_tile(name: str, leads: int, context: CardContext) -> Tile:
    title, why = context.texts(f"uniqueness.{name}"), context.texts(f"uniqueness.{name}_why")
    href = "#disagreements" if leads else None
    number, typed = context.formats.number(leads), TypedValue(leads, "number")
    return Tile(name, title, number, lines=[why], href=href, typed=typed)
