"""`/changes`: what makes the difference? What rose, fell, is new and is gone."""

from collections.abc import Sequence

from analytics.reports.parameter import ReportParameter
from dashboards.access.roles import Audience
from dashboards.figures.waterfall import WaterfallStep, waterfall
from dashboards.page import column
from dashboards.page.cards import Card, Page, Paragraph, Part
from dashboards.page.chart_parts import chart_of, size_of
from dashboards.page.column import Column, Columns, table_of
from dashboards.page.comparison import CHANGES_PATH, against, changes_said, compared_text
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.switches import switch
from dashboards.page.tables import Cell
from dashboards.pages.changes.contributions import (
    DIMENSIONS,
    MEASURES,
    Contribution,
    contributions_of,
    total_of,
)
from dashboards.pages.changes.data import data
from dashboards.pages.changes.since import since
from dashboards.wording.changes import wording_of

_STEPS = 10
_ROWS = 100
_MOVERS = 3
MEASURE = ReportParameter("measure", "leads", choices=tuple(MEASURES))
BY = ReportParameter("by", DIMENSIONS[0], choices=DIMENSIONS)


def split(context: CardContext) -> Sequence[Part]:
    """The difference, split by the chosen dimension."""
    texts, measure, group = context.texts, context.options["measure"], context.options["by"]
    measures = {name: texts(title) for name, title in MEASURES.items()}
    dimensions = {name: texts(f"group.{name}") for name in DIMENSIONS}
    chosen = [
        switch(context, "measure", texts("changes.measure"), measures, "split"),
        switch(context, "by", texts("changes.by"), dimensions, "split"),
    ]
    rows = contributions_of(context, group, measure)
    if not rows:
        return (*chosen, *_nothing(context))
    label = texts("changes.split_label", measure=measures[measure], group=dimensions[group])
    total = total_of(rows, texts("site.total"))
    figure = waterfall(_steps(rows, total, context))
    chart = chart_of(context, "what-changed", label, figure, size_of(min(len(rows), _STEPS) + 2))
    listed = [total, *rows[:_ROWS], *_rest(rows[_ROWS:], context)]
    columns = _columns(total, context)
    table = table_of(context, label, columns, listed, is_rest=lambda row: row is total)
    said = Paragraph(_sentence(total, rows, context), "notice")
    compared = Paragraph(texts("changes.compared", what=compared_text(context)))
    return (*chosen, said, chart, table, compared)


def movers(context: CardContext) -> Sequence[Part]:
    """A sentence for each dimension."""
    measure = context.options["measure"]
    if against(context).asked is None:
        return ()
    parts: list[Part] = []
    for group in DIMENSIONS:
        rows = contributions_of(context, group, measure)
        if len(rows) > 1 and any(row.difference for row in rows):
            title = context.texts(f"group.{group}")
            parts.append(Paragraph(f"{title}: {_moved(rows, context)}"))
    return parts or empty(context, "changes.no_difference")


PAGE = Page(
    "changes",
    CHANGES_PATH,
    (
        Card("changes.split", split),
        Card("changes.movers", movers),
        Card("changes.data", data),
        Card("changes.since", since),
    ),
    (MEASURE, BY),
    audience=Audience.SITES,
)


def _nothing(context: CardContext) -> Sequence[Part]:
    said = changes_said(context)
    return said or empty(context, "changes.nothing_compared")


def _rest(rows: Sequence[Contribution], context: CardContext) -> list[Contribution]:
    count = context.formats.number(len(rows))
    return [total_of(rows, context.texts("site.rest", count=count))] if rows else []


def _steps(
    rows: Sequence[Contribution], total: Contribution, context: CardContext
) -> list[WaterfallStep]:
    """From before to now: the largest steps, and all others as one."""
    texts, formats = context.texts, context.formats
    moved = [row for row in rows if row.difference]
    shown, others = moved[:_STEPS], moved[_STEPS:]
    steps = [
        WaterfallStep(
            row.name,
            row.difference,
            _hover(row, context),
            row.link(context.slice, context.options["measure"], context),
        )
        for row in shown
    ]
    if others:
        (rest,) = _rest(others, context)
        steps.append(WaterfallStep(rest.name, rest.difference, _hover(rest, context), None))
    before = WaterfallStep(
        texts("changes.before"), total.before, formats.number(total.before), None, True
    )
    now = WaterfallStep(texts("changes.now"), total.now, formats.number(total.now), None, True)
    return [before, *steps, now]


def _hover(row: Contribution, context: CardContext) -> str:
    formats = context.formats
    return (
        f"{formats.number(row.before)} → {formats.number(row.now)} "
        f"({_signed(row.difference, context)})"
    )


def _signed(number: int, context: CardContext) -> str:
    return f"{'+' if number > 0 else ''}{context.formats.number(number)}"


def _sentence(total: Contribution, rows: Sequence[Contribution], context: CardContext) -> str:
    """By how much, whether by chance, and what did it."""
    texts, formats = context.texts, context.formats
    title = MEASURES[context.options["measure"]]
    change = wording_of(title, formats).count(total.now, total.before)
    said = texts(
        "changes.sentence",
        measure=texts(title),
        now=formats.number(total.now),
        before=formats.number(total.before),
        change=change.text,
        verdict=texts(f"change.{change.verdict}"),
    )
    return f"{said} {_moved(rows, context)}" if total.difference else said


def _moved(rows: Sequence[Contribution], context: CardContext) -> str:
    """What rose, fell, is new and is gone: the largest of each."""
    said = []
    for kind in ("rose", "new", "fell", "gone"):
        of_kind = [row for row in rows if row.kind == kind]
        if of_kind:
            names = [
                f"{row.name} ({_signed(row.difference, context)})" for row in of_kind[:_MOVERS]
            ]
            left = len(of_kind) - _MOVERS
            more = [context.texts("changes.and_more", count=left)] if left > 0 else []
            said.append(context.texts(f"changes.{kind}_are", names=", ".join([*names, *more])))
    return " ".join(said)


def _columns(total: Contribution, context: CardContext) -> Columns[Contribution]:
    measure, earlier = context.options["measure"], against(context).asked

    def name(row: Contribution, context: CardContext) -> Cell:
        if not row.group:
            return Cell(row.name, None)
        link = row.link(context.slice, measure, context) if row.now else None
        return Cell(row.name, row.name.casefold(), link, is_foreign=True)

    def difference(row: Contribution, context: CardContext) -> Cell:
        return Cell(_signed(row.difference, context), row.difference)

    def kind(row: Contribution, context: CardContext) -> str:
        return context.texts(f"changes.{row.kind}")

    def before_link(row: Contribution, context: CardContext) -> str | None:
        return row.link(earlier, measure, context) if row.before else None

    return (
        Column(f"group.{context.options['by']}", name),
        column.number("changes.before", lambda row: row.before, before_link),
        column.number("changes.now", lambda row: row.now),
        Column("changes.difference", difference, "number"),
        column.words("changes.kind", kind),
    )
