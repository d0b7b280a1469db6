"""`/attribution`: what brings leads, and what brings good ones?"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from analytics.reports.groups import GROUPS
from dashboards.figures.scatter import Bubble, PointKind, bubbles
from dashboards.figures.stacked import Band, stacked_over_time
from dashboards.figures.text import shorten
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part, TemplatePart
from dashboards.page.charts import Chart, locale_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty_slice
from dashboards.page.groups import UTM_PATH, group_order, group_text, within
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.page.truncated import cut
from dashboards.pages.attribution.tree import (
    GROUP_BY,
    MOST_ROWS,
    PATH,
    columns,
    in_order,
    tree_row,
)
from dashboards.slice.period import unit_for
from dashboards.wording.rates import LEAST, share
from dashboards.wording.units import unit_period, unit_text

TOP_SOURCES = 8
MOST_BUBBLES = 100

Record = dict[str, Any]


def coverage(context: CardContext) -> Sequence[Part]:
    """Which attribution model is in force, and what the leads do not say."""
    (row,) = context.ask("attribution_coverage").records()
    if not row["leads"]:
        return empty_slice(context, 0)
    model = Paragraph(_model_text(row, context))
    return (model, _without_utm(row, context)) if row["without_utm"] else (model,)


def tree(context: CardContext) -> Sequence[Part]:
    group = context.options["group_by"]
    answer = context.ask_grouped("attribution", (group,))
    rows = in_order(answer, group)
    texts = context.texts
    if not rows:
        return (*_choice(context, group), Paragraph(texts("card.empty"), "empty"))
    most = max(row["leads"] for row in rows)
    shown = [tree_row(row, group, context, 0, most) for row in rows[:MOST_ROWS]]
    parts: list[Part] = [
        *_choice(context, group),
        Table(texts("attribution.tree"), columns(context), shown, "tree"),
    ]
    if len(rows) > MOST_ROWS:
        parts.insert(-1, *cut(context, answer, MOST_ROWS, len(rows)))
    return parts


def rates(context: CardContext) -> Sequence[Part]:
    """Volume against target rate."""
    group = context.options["group_by"]
    groups = ("source", "medium") if group == "source" else (group,)
    answer = context.ask_grouped("attribution_rates", groups, least=LEAST, top=MOST_BUBBLES)
    rows = answer.records()
    texts, formats = context.texts, context.formats
    if not rows:
        return (Paragraph(texts("attribution.too_small", least=LEAST), "empty"),)
    points = [_bubble(row, groups, context) for row in rows]
    kinds = [
        PointKind(
            texts(f"attribution.{verdict}"),
            colour,
            [p for p, row in zip(points, rows, strict=True) if row["verdict"] == verdict],
        )
        for verdict, colour in _VERDICTS.items()
    ]
    mean = rows[0]["overall_rate"]
    mean_name = texts("attribution.overall", rate=formats.percent(mean))
    figure = bubbles(kinds, mean, mean_name, texts("attribution.volume"))
    label = texts("attribution.rates")
    large, groups_in_all = rows[0]["large_groups"], rows[0]["groups"]
    numbers = {"large": formats.number(large), "all": formats.number(groups_in_all)}
    return (
        *cut(context, answer, len(rows), large),
        Chart("volume-and-rate", label, figure, "large", locale_of(texts)),
        *(
            [Paragraph(texts("attribution.rates_shown", least=LEAST, **numbers))]
            if large < groups_in_all
            else []
        ),
        Collapsible(texts("card.as_table"), _rates_table(rows, points, context)),
    )


def mix(context: CardContext) -> Sequence[Part]:
    unit = unit_for(context.slice.period.days)
    rows = context.ask("attribution_mix", unit=unit, top=TOP_SOURCES).records()
    texts = context.texts
    if not rows:
        return (Paragraph(texts("card.empty"), "empty"),)
    starts = list(dict.fromkeys(row["starts_on"] for row in rows))
    count = len(rows) // len(starts)
    bands = [_band(rows[place::count], unit, context) for place in range(count)]
    label = texts("attribution.mix")
    figure = stacked_over_time(starts, bands, unit, texts)
    table = _mix_table(starts, bands, unit, context)
    chart = Chart("source-mix", label, figure, "large", locale_of(texts, unit))
    return (chart, Collapsible(texts("card.as_table"), table))


PAGE = Page(
    "attribution",
    PATH,
    (
        Card("attribution.coverage", coverage),
        Card("attribution.tree", tree),
        Card("attribution.rates", rates),
        Card("attribution.mix", mix),
    ),
    options=(GROUP_BY,),
)

_VERDICTS = {"above": 3, "usual": 1, "below": 2}
"""What the interval says, and its colour's number in the colorway."""


def _model_text(row: Record, context: CardContext) -> str:
    texts, formats, model = context.texts, context.formats, context.slice.model
    counts = {name: formats.number(row[name]) for name in ("by_model_0", "by_model_1")}
    without = formats.count("of_leads", row["without_model"])
    if model is None:
        text = texts("attribution.preferred", **counts)
        if not row["without_model"]:
            return text
        return f"{text} {texts('attribution.no_model', count=formats.number(row['without_model']))}"
    name = texts(f"slice.model_{model}")
    text = texts("attribution.chosen", model=name, count=counts[f"by_model_{model}"])
    if not row["without_model"]:
        return f"{text} {texts('attribution.all_have_it')}"
    rate = _rate_in_brackets(row["without_model"], row["leads"], context)
    return f"{text} {texts('attribution.lack_it', count=without, rate=rate)}"


def _without_utm(row: Record, context: CardContext) -> Paragraph:
    """By channel one sees whether labels are missing or were never to be expected."""
    texts, formats = context.texts, context.formats
    text = texts(
        "attribution.without_utm",
        leads=formats.count("leads", row["without_utm"]),
        rate=_rate_in_brackets(row["without_utm"], row["leads"], context),
    )
    about = context.slice.narrowed(**dict.fromkeys(UTM_PATH))
    href = context.url(PATH, urlencode([*about.pairs, ("group_by", "medium")]))
    return Paragraph(text, "notice", href, texts("attribution.without_utm_link"))


def _rate_in_brackets(part: int, whole: int, context: CardContext) -> str:
    rate = share(part, whole)
    return "" if rate is None else f" ({context.formats.percent(rate)})"


def _choice(context: CardContext, group: str) -> Sequence[TemplatePart]:
    """None in a file: there is no server to ask for another group."""
    if context.origin != "":
        return ()
    texts = context.texts
    groups = [(name, texts(f"group.{name}")) for name in GROUPS]
    values: dict[str, object] = {"groups": groups, "chosen": group, "kept": context.slice.pairs}
    return (TemplatePart("parts/group_by.html", values),)


def _bubble(row: Record, groups: Sequence[str], context: CardContext) -> Bubble:
    texts, formats = context.texts, context.formats
    name = _row_name(row, groups, context)
    hover = texts(
        "attribution.bubble",
        leads=formats.count("leads", row["leads"]),
        rate=formats.percent(row["target_rate"]),
        low=formats.percent(row["target_rate_low"]),
        high=formats.percent(row["target_rate_high"]),
        unique=formats.number(row["unique_target_leads"]),
    )
    return Bubble(
        name,
        row["leads"],
        row["target_rate"],
        row["target_rate_low"],
        row["target_rate_high"],
        row["unique_target_leads"],
        hover,
        _row_link(row, groups, context),
    )


def _row_name(row: Record, groups: Sequence[str], context: CardContext) -> str:
    first, *rest = groups
    name = group_text(first, row[first], context.formats)
    return " / ".join([name, *(row[one] for one in rest if row[one])])


def _row_link(row: Record, groups: Sequence[str], context: CardContext) -> str | None:
    about = context.slice
    for group in groups:
        narrowed = within(about, group, row[group])
        if narrowed is None:
            return None
        about = narrowed
    return context.leads(about)


def _rates_table(rows: Sequence[Record], points: Sequence[Bubble], context: CardContext) -> Table:
    texts, formats, cells = (
        context.texts,
        context.formats,
        CellMaker(context.formats),
    )
    group = context.options["group_by"]
    titles = ("interval", "against", "unique_target")
    return Table(
        texts("attribution.rates"),
        [
            Column(texts(f"group.{group}"), "text"),
            Column(texts("site.leads")),
            Column(texts("overview.target_rate"), why=texts("overview.target_rate_why")),
            *(Column(texts(f"attribution.{name}")) for name in titles),
        ],
        [
            Row(
                [
                    Cell(p.name, group_order(group, row[group], p.name), p.link, is_foreign=True),
                    cells.number(row["leads"]),
                    cells.rate(row["target_leads"], row["target_known"]),
                    Cell(f"{formats.percent(p.low)}\N{EN DASH}{formats.percent(p.high)}", p.low),
                    cells.own(texts(f"attribution.{row['verdict']}")),
                    cells.number(row["unique_target_leads"]),
                ]
            )
            for row, p in zip(rows, points, strict=True)
        ],
    )


def _band(rows: Sequence[Record], unit: str, context: CardContext) -> Band:
    """One source's rows, a unit each."""
    texts, source, is_rest = context.texts, rows[0]["source"], rows[0]["is_rest"]
    name = group_text("source", source, context.formats)
    return Band(
        texts("attribution.rest") if is_rest else name,
        [row["leads"] for row in rows],
        [None if is_rest else _mix_link(row, unit, context) for row in rows],
        is_rest,
    )


def _mix_link(row: Record, unit: str, context: CardContext) -> str | None:
    if not row["leads"]:
        return None
    about = context.slice.of(unit_period(row["starts_on"], unit, context.slice.period))
    return context.leads(about, source=row["source"])


def _mix_table(
    starts: Sequence[Any], bands: Sequence[Band], unit: str, context: CardContext
) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    return Table(
        texts("attribution.mix"),
        [Column(texts(f"unit.{unit}"), "text"), *(Column(shorten(b.name, 40)) for b in bands)],
        [
            Row(
                [
                    Cell(unit_text(start, unit, context.formats), f"{start}"),
                    *(cells.number(b.values[place], b.links[place]) for b in bands),
                ]
            )
            for place, start in enumerate(starts)
        ],
    )
