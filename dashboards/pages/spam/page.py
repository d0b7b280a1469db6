"""`/spam`: who sends junk, and which leads are clean?"""

from collections.abc import Sequence
from typing import Any

from dashboards.figures.bars import Series, bars_by_name
from dashboards.figures.heatmap import heatmap
from dashboards.figures.shares import Shares, shares_over_time
from dashboards.figures.text import plain, shorten
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part, SideBySide
from dashboards.page.charts import Chart, locale_of
from dashboards.page.comparison import before, changes_said
from dashboards.page.context import CardContext
from dashboards.page.empty import empty_card
from dashboards.page.tables import CellMaker, Column, Row, Table
from dashboards.page.tiles import tiles
from dashboards.page.truncated import cut
from dashboards.pages.spam.totals import spam_tiles
from dashboards.slice.period import unit_for
from dashboards.wording.rates import share
from dashboards.wording.sources import source_text
from dashboards.wording.tag_names import tag_value
from dashboards.wording.units import unit_period, unit_text

BLUE, RED = 1, 7
"""Numbers in the colorway."""
TOP_SOURCES = 12
TOP_TAGS = 15
SHOWN_NUMBERS = 25

Record = dict[str, Any]


def totals(context: CardContext) -> Sequence[Part]:
    (now,) = context.ask("spam_totals").records()
    texts, here = context.texts, context.slice
    if not now["leads"]:
        return empty_card(context, texts("card.empty"))
    against = before(context, "spam_totals")
    parts: list[Part] = [
        tiles(spam_tiles(context, now, against)),
        *changes_said(context, against),
    ]
    if "clean" in here.chosen:
        everything = context.here(here.without("clean"))
        parts.append(
            Paragraph(texts("spam.filtered"), "notice", everything, texts("spam.unfilter"))
        )
    elif not now["junk_known"]:
        parts.append(Paragraph(texts("spam.not_sent"), "notice"))
    parts.append(
        Paragraph(
            texts("spam.clean_is"), "note", context.leads(clean="yes"), texts("spam.show_clean")
        )
    )
    return parts


def over_time(context: CardContext) -> Sequence[Part]:
    unit = unit_for(context.slice.period.days)
    rows = context.ask("spam_over_time", unit=unit).records()
    texts = context.texts
    if not any(row["junk"] for row in rows):
        return (Paragraph(texts("spam.no_junk"), "empty"),)
    starts = [row["starts_on"] for row in rows]
    shown = [
        _shares("junk", "junk_known", texts("spam.junk"), RED, rows, unit, context),
        _shares("spam", "spam_known", texts("spam.marked"), BLUE, rows, unit, context),
    ]
    label = texts("spam.over_time")
    figure = shares_over_time(starts, shown, unit, texts)
    chart = Chart("spam-over-time", label, figure, "medium", locale_of(texts, unit))
    cells = CellMaker(context.formats)
    table = Table(
        label,
        [
            Column(texts(f"unit.{unit}"), "text"),
            Column(texts("site.leads")),
            Column(texts("spam.marked")),
            Column(texts("spam.antifraud")),
            Column(texts("spam.junk")),
            Column(texts("spam.junk_rate")),
        ],
        [
            Row(
                [
                    cells.own(unit_text(row["starts_on"], unit, context.formats), link),
                    *(cells.number(row[name]) for name in ("leads", "spam", "antifraud", "junk")),
                    cells.rate(row["junk"], row["junk_known"]),
                ]
            )
            for row, link in zip(rows, shown[0].links, strict=True)
        ],
    )
    return (chart, Collapsible(texts("card.as_table"), table))


def by_source(context: CardContext) -> Sequence[Part]:
    rows = context.ask("spam").records()
    texts = context.texts
    worst = [row for row in rows if row["junk"]][:TOP_SOURCES]
    if not worst:
        return (Paragraph(texts("spam.no_junk"), "empty"),)
    names = [source_text(row["source"], row["medium"], texts) for row in worst]
    links = [_source_link(row, context) for row in worst]
    series = Series(texts("spam.junk"), [row["junk"] for row in worst])
    figure = bars_by_name(names, [series], [links]) | {"colours": [RED]}
    figure["layout"] |= {"showlegend": False, "margin": {"t": 8}}
    size = "small" if len(worst) <= 4 else "medium" if len(worst) <= 8 else "large"
    chart = Chart("spam-by-source", texts("spam.by_source"), figure, size, locale_of(texts))
    everything = Collapsible(texts("spam.all_sources"), _source_table(rows, context))
    left = (everything,) if len(rows) > len(worst) else ()
    return (SideBySide(chart, _source_table(worst, context)), *left)


def by_tag(context: CardContext) -> Sequence[Part]:
    rows = context.ask("spam_tags", top=TOP_SOURCES).records()
    texts = context.texts
    if not rows:
        return (Paragraph(texts("spam.no_tags"), "empty"),)
    sources = list(dict.fromkeys(row["source"] for row in rows))
    tags = list(dict.fromkeys(row["tag"] for row in rows))[:TOP_TAGS]
    found = {(row["source"], row["tag"]): row["leads"] for row in rows}
    names = [source_text(source, None, texts) for source in sources]
    grid = [[found.get((source, tag)) for tag in tags] for source in sources]
    links = [[_tag_link(source, tag, found, context) for tag in tags] for source in sources]
    hovers = [
        [_tag_hover(name, tag, found.get((source, tag), 0), context) for tag in tags]
        for name, source in zip(names, sources, strict=True)
    ]
    label = texts("spam.by_tag")
    figure = heatmap(names, tags, grid, hovers, links)
    size = "small" if len(names) <= 3 else "medium" if len(names) <= 8 else "large"
    chart = Chart("spam-tags", label, figure, size, locale_of(texts))
    cells = CellMaker(context.formats)
    table = Table(
        label,
        [
            Column(texts("spam.source"), "text"),
            Column(texts("spam.tag"), "text"),
            Column(texts("site.leads")),
        ],
        [
            Row(
                [
                    cells.text(row["source"]),
                    cells.text(row["tag"]),
                    cells.number(
                        row["leads"], _tag_link(row["source"], row["tag"], found, context)
                    ),
                ]
            )
            for row in rows
        ],
    )
    return (chart, Collapsible(texts("card.as_table"), table))


def repeat_numbers(context: CardContext) -> Sequence[Part]:
    answer = context.ask("repeat_numbers", top=SHOWN_NUMBERS)
    rows = answer.records()
    texts = context.texts
    if not rows:
        return (Paragraph(texts("spam.no_repeats"), "empty"),)
    cells = CellMaker(context.formats)
    most = rows[0]["leads"]
    phones = [row["caller_phone"] for row in rows]
    table = Table(
        texts("spam.repeat_numbers"),
        [
            Column(texts("spam.phone"), "text"),
            Column(texts("site.leads")),
            Column(texts("spam.marked")),
            Column(texts("spam.first_day"), "text"),
            Column(texts("spam.last_day"), "text"),
            Column(texts("spam.sources"), "text"),
        ],
        [
            Row(
                [
                    cells.phone(phone, _phone_link(phone, context)),
                    cells.number(row["leads"], most=most),
                    cells.number(row["spam"]),
                    cells.day(row["first_day"]),
                    cells.day(row["last_day"]),
                    cells.text(row["sources"]),
                ]
            )
            for row, phone in zip(rows, phones, strict=True)
        ],
    )
    return (*cut(context, answer, len(rows), rows[0]["in_all"]), table)


PAGE = Page(
    "spam",
    "/spam",
    (
        Card("spam.totals", totals),
        Card("spam.over_time", over_time),
        Card("spam.by_source", by_source),
        Card("spam.by_tag", by_tag),
        Card("spam.repeat_numbers", repeat_numbers),
    ),
    compares=True,
)

_ONLY: dict[str, dict[str, object]] = {"junk": {"only": "antifraud"}, "spam": {"spam": True}}


def _shares(
    name: str,
    known: str,
    title: str,
    colour: int,
    rows: Sequence[Record],
    unit: str,
    context: CardContext,
) -> Shares:
    values = [share(row[name], row[known]) for row in rows]
    hovers = [_rate_hover(row[name], row[known], context) for row in rows]
    period = context.slice.period
    links = [
        context.leads(context.slice.of(unit_period(row["starts_on"], unit, period)), **_ONLY[name])
        if row[name]
        else None
        for row in rows
    ]
    return Shares(title, values, hovers, colour, links)


def _rate_hover(part: int, whole: int, context: CardContext) -> str:
    """4,6 % (23 / 497); empty where there is no such point."""
    rate, formats = share(part, whole), context.formats
    if rate is None:
        return ""
    return f"{formats.percent(rate)} ({formats.number(part)} / {formats.number(whole)})"


def _source_link(row: Record, context: CardContext) -> str | None:
    if not row["junk"]:
        return None
    return context.leads(source=row["source"], medium=row["medium"], only="antifraud")


def _source_table(rows: Sequence[Record], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    return Table(
        texts("spam.by_source"),
        [
            Column(texts("spam.source"), "text"),
            Column(texts("site.leads")),
            Column(texts("spam.marked")),
            Column(texts("spam.antifraud")),
            Column(texts("spam.junk")),
            Column(texts("spam.junk_rate"), why=texts("spam.junk_rate_why")),
        ],
        [
            Row(
                [
                    cells.text(
                        source_text(row["source"], row["medium"], texts),
                        context.leads(source=row["source"], medium=row["medium"]),
                    ),
                    *(cells.number(row[name]) for name in ("leads", "spam", "antifraud")),
                    cells.number(row["junk"], _source_link(row, context)),
                    cells.rate(row["junk"], row["junk_known"]),
                ]
            )
            for row in rows
        ],
    )


def _tag_link(
    source: str | None, tag: str, found: dict[tuple[str | None, str], int], context: CardContext
) -> str | None:
    return (
        context.leads(source=source, tags=tag_value("auto_af", tag))
        if (source, tag) in found
        else None
    )


def _tag_hover(name: str, tag: str, leads: int, context: CardContext) -> str:
    counted = context.formats.count("leads", leads)
    return f"{plain(shorten(name, 80))}<br>{plain(shorten(tag, 80))}: {counted}"


def _phone_link(phone: str, context: CardContext) -> str | None:
    """None for a masked one: it cannot be searched for."""
    is_number = phone.isascii() and phone.isdigit() and len(phone) <= 18
    return context.leads(search=phone) if is_number else None
