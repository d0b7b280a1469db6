"""The cards of `/models` about leads that the choice of the model moves."""

from collections.abc import Sequence
from typing import Any

from dashboards.figures.bars import Series, bars_by_name
from dashboards.figures.heatmap import heatmap
from dashboards.figures.text import plain, shorten
from dashboards.page.cards import Collapsible, Paragraph, Part, SideBySide
from dashboards.page.charts import Chart, locale_of
from dashboards.page.context import CardContext
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.page.truncated import cut

TOP_SOURCES = 15
TOP_PAIRS = 10
NEWEST = 25

Record = dict[str, Any]
Place = tuple[bool, str | None]
"""A row or column of the heatmap: whether it is that of all others, and its source."""


def transitions(context: CardContext) -> Sequence[Part]:
    rows = context.ask("model_transitions", top=TOP_PAIRS).records()
    if not rows:
        return ()
    texts = context.texts
    if not any(_place(row, 0) != _place(row, 1) for row in rows):
        return (Paragraph(texts("models.none_moved"), "empty"),)
    label = texts("models.transitions")
    sources = len(_places(rows, 0))
    size = "small" if sources <= 3 else "medium" if sources <= 6 else "large"
    chart = Chart("model-transitions", label, _heatmap(rows, context), size, locale_of(texts))
    return (
        Paragraph(texts("models.transitions_how")),
        chart,
        Collapsible(texts("card.as_table"), _transitions_table(rows, context)),
    )


def rescued(context: CardContext) -> Sequence[Part]:
    """Where the leads came from that the last interaction calls direct."""
    if not context.ask("model_summary").column("both_models")[0]:
        return ()
    rows = context.ask("rescued").records()
    texts = context.texts
    if not rows:
        return (Paragraph(texts("models.none_rescued"), "empty"),)
    top = rows[:TOP_SOURCES]
    names = [source_text(row["source"], row["medium"], context) for row in rows]
    links = [_rescued_link(row, context) for row in rows]
    series = [Series(texts("site.leads"), [row["leads"] for row in top])]
    figure = bars_by_name(names[: len(top)], series, [links[: len(top)]])
    label = texts("models.rescued")
    size = "small" if len(top) <= 4 else "medium" if len(top) <= 8 else "large"
    chart = Chart("rescued-from-direct", label, figure, size, locale_of(texts))
    return (SideBySide(chart, _rescued_table(rows, names, links, context)),)


def moved(context: CardContext) -> Sequence[Part]:
    (summary,) = context.ask("model_summary").records()
    if not summary["both_models"]:
        return ()
    texts, formats = context.texts, context.formats
    answer = context.ask("moved_leads", top=NEWEST)
    rows = answer.records()
    if not rows:
        return (Paragraph(texts("models.none_moved"), "empty"),)
    said = Paragraph(
        texts("models.moved_in_all", leads=formats.count("leads", summary["moved"])),
        href=context.leads(only="moved"),
        link=texts("models.moved_link"),
    )
    is_part = cut(context, answer, len(rows), summary["moved"])
    return (said, *is_part, _moved_table(rows, context))


def source_text(source: str | None, medium: str | None, context: CardContext) -> str:
    texts = context.texts
    name = texts("site.not_given") if source is None else source or texts("site.empty")
    return f"{name} / {medium}" if medium else name


def _heatmap(rows: Sequence[Record], context: CardContext) -> dict[str, Any]:
    """Rows: the last interaction; columns: the last non-direct one; of those only that some lead
    moved from or to. Where a source meets itself it stays blank: its leads have not moved, and are
    so many that nothing else would be seen."""
    counts = {(_place(row, 0), _place(row, 1)): row["leads"] for row in rows}
    before, after = _places(rows, 0), _places(rows, 1)
    was, became = ([_place_name(place, context) for place in places] for places in (before, after))
    grid = [[None if a == b else counts.get((a, b), 0) for b in after] for a in before]
    hovers = [[_transition_text(a, b, counts, context) for b in after] for a in before]
    links = [
        [_transition_link(a, b, context) if counts.get((a, b)) else None for b in after]
        for a in before
    ]
    figure = heatmap(was, became, grid, hovers, links)
    figure["data"][0] |= {
        "text": [[str(count) if count else "" for count in line] for line in grid],
        "texttemplate": "%{text}",
        "textfont": {"size": 11},
        "showscale": False,
    }
    return figure


def _place(row: Record, model: int) -> Place:
    return row[f"is_rest_{model}"], row[f"source_{model}"]


def _places(rows: Sequence[Record], side: int) -> list[Place]:
    """What leads moved from (0) or to (1), in the report's order, all others last."""
    moves = [row for row in rows if _place(row, 0) != _place(row, 1)]
    return sorted(dict.fromkeys(_place(row, side) for row in moves), key=lambda place: place[0])


def _place_name(place: Place, context: CardContext) -> str:
    is_rest, source = place
    return context.texts("attribution.rest") if is_rest else source_text(source, None, context)


def _transition_text(
    before: Place, after: Place, counts: dict[tuple[Place, Place], int], context: CardContext
) -> str:
    names = [plain(shorten(_place_name(place, context), 80)) for place in (before, after)]
    leads = context.formats.count("leads", counts.get((before, after), 0))
    return f"{names[0]} → {names[1]}<br>{leads}"


def _transition_link(before: Place, after: Place, context: CardContext) -> str | None:
    if before[0] or after[0]:
        return None
    return context.leads(source_0=before[1], source_1=after[1])


def _transitions_table(rows: Sequence[Record], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    sides = [Column(texts(f"models.model_{model}"), "text") for model in (0, 1)]
    return Table(
        texts("models.transitions"),
        [*sides, Column(texts("site.leads"))],
        [
            Row(
                [
                    *(cells.text(_place_name(place, context)) for place in places),
                    cells.number(row["leads"], _transition_link(*places, context)),
                ]
            )
            for row in rows
            for places in [(_place(row, 0), _place(row, 1))]
        ],
    )


def _rescued_link(row: Record, context: CardContext) -> str | None:
    source, medium = row["source"], row["medium"]
    return context.leads(only="rescued_from_direct", source_1=source, medium_1=medium)


def _rescued_table(
    rows: Sequence[Record], names: Sequence[str], links: Sequence[str | None], context: CardContext
) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    return Table(
        texts("models.rescued"),
        [
            Column(texts("overview.source"), "text"),
            Column(texts("site.leads")),
            Column(texts("overview.target_short")),
            Column(texts("overview.target_rate"), why=texts("overview.target_rate_why")),
        ],
        [
            Row(
                [
                    cells.text(name, link),
                    cells.number(row["leads"]),
                    cells.number(row["target_leads"]),
                    cells.rate(row["target_leads"], row["target_known"]),
                ]
            )
            for row, name, link in zip(rows, names, links, strict=True)
        ],
    )


def _moved_table(rows: Sequence[Record], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    return Table(
        texts("models.moved"),
        [
            Column(texts("models.lead"), "text"),
            Column(texts("models.when"), "text"),
            Column(texts("models.model_0"), "text"),
            Column(texts("models.model_1"), "text"),
            Column(texts("filter.target"), "text"),
        ],
        [
            Row(
                [
                    _lead_cell(row, context),
                    cells.moment(row["happened_local"]),
                    cells.text(source_text(row["source_0"], row["medium_0"], context)),
                    cells.text(source_text(row["source_1"], row["medium_1"], context)),
                    cells.flag(row["is_target"]),
                ]
            )
            for row in rows
        ],
    )


def _lead_cell(row: Record, context: CardContext) -> Cell:
    lead_type, lead_id = row["lead_type"], row["lead_id"]
    text = f"{context.texts(f'site.{lead_type}')} {lead_id}"
    return Cell(text, lead_id, context.lead(lead_type, lead_id))
