"""What a lead's card shows otherwise than in tables, as its files have it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dashboards.page.context import CardContext
from dashboards.page.tables import Cell, CellMaker, Heading, Row, Table
from dashboards.pages.lead.facts import FactGroup
from dashboards.pages.lead.timeline import TimelineEvent


def facts_table(groups: Sequence[FactGroup], context: CardContext) -> Table:
    facts = [fact for group in groups for fact in group.facts]
    rows = [[Cell(fact.label), Cell(fact.text, is_foreign=fact.is_foreign)] for fact in facts]
    return _table("lead.summary", ("data.what", "data.value"), rows, context)


def timeline_table(events: Sequence[TimelineEvent], context: CardContext) -> Table:
    """A row for each field that a delivery changed; one for a delivery that changed none."""
    titles = (
        *("journal.column_at", "files.event", "files.more"),
        *("lead.field", "files.before", "files.after"),
    )
    rows = [line for event in events for line in _event_lines(event, context)]
    return _table("lead.timeline", titles, rows, context)


def attribution_table(
    rows: Sequence[tuple[str, Sequence[str | None]]], titles: Sequence[str], context: CardContext
) -> Table:
    """`rows`: a field, and what each of the models says of it."""
    cells = CellMaker(context.formats)
    headings = [Heading(context.texts("lead.field"), "text")]
    headings += [Heading(title, "text") for title in titles]
    lines = [Row([Cell(field), *map(cells.text, values)]) for field, values in rows]
    return Table(context.texts("lead.attribution"), headings, lines)


def phrases_table(phrases: Sequence[Mapping[str, Any]], context: CardContext) -> Table:
    return _said("lead.transcript", [(one["channel"], one["phrase"]) for one in phrases], context)


def comments_table(comments: Sequence[Mapping[str, Any]], context: CardContext) -> Table:
    return _said("lead.comments", [(one["party"], one["comment"]) for one in comments], context)


def tags_table(
    groups: Mapping[str, Sequence[tuple[str, str | None]]], context: CardContext
) -> Table:
    cells = CellMaker(context.formats)
    rows = [[Cell(category), cells.text(tag)] for category in groups for tag, _ in groups[category]]
    return _table("lead.tags", ("tags.category", "tags.tag"), rows, context)


def _event_lines(event: TimelineEvent, context: CardContext) -> Iterator[list[Cell]]:
    cells = CellMaker(context.formats)
    about = Cell(" · ".join([*event.about, *event.marks]), is_foreign=True)
    head = [cells.moment(event.at), Cell(event.title), about]
    for change in event.changes:
        field = f"{change.field} ({change.model})" if change.model else change.field
        yield [*head, Cell(field), *map(_value, (change.old, change.new))]
    if not event.changes:
        yield [*head, Cell(""), Cell(""), Cell("")]


def _value(text: str | None) -> Cell:
    return Cell(text or "", is_foreign=True)


def _said(key: str, lines: Sequence[tuple[str | None, str | None]], context: CardContext) -> Table:
    """Who says what."""
    t, sides = context.texts, ("operator", "client")
    rows = [
        [Cell(t(f"lead.{who}") if who in sides else who or t("site.unknown")), _value(said)]
        for who, said in lines
    ]
    return _table(key, ("files.author", "files.text"), rows, context)


def _table(
    key: str, titles: Sequence[str], rows: Sequence[Sequence[Cell]], context: CardContext
) -> Table:
    headings = [Heading(context.texts(title), "text") for title in titles]
    return Table(context.texts(key), headings, [Row(cells) for cells in rows])
