"""The card of the leads whose uniqueness Calltouch and our recount see differently."""

from collections.abc import Sequence
from typing import Any

from dashboards.page.cards import Paragraph, Part
from dashboards.page.context import CardContext
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.page.truncated import cut
from dashboards.pages.uniqueness.recount import depth_text, recount

SHOWN = 50

Record = dict[str, Any]


def disagreements(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    answer = context.ask("uniqueness_disagreements", **recount(context), top=SHOWN)
    rows = answer.records()
    if not rows:
        return (Paragraph(texts("uniqueness.no_disagreements"), "empty"),)
    depth = depth_text(context.options["depth"], context)
    across = texts(f"uniqueness.{context.options['across']}")
    said = Paragraph(texts("uniqueness.recounted", depth=depth, across=across))
    (totals,) = context.ask("uniqueness_disagreement_totals", **recount(context)).records()
    in_all = totals["only_calltouch_unique"] + totals["only_ours_unique"]
    is_part = cut(context, answer, len(rows), in_all)
    return (said, *is_part, _table(rows, context))


def _table(rows: Sequence[Record], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    columns = [
        Column(texts("uniqueness.lead"), "text"),
        Column(texts("uniqueness.when"), "text"),
        Column(texts("uniqueness.phone"), "text"),
        Column("Calltouch", "text"),
        Column(texts("uniqueness.ours"), "text"),
        Column(texts("uniqueness.previous"), "text"),
        Column(texts("uniqueness.previous_when"), "text"),
    ]
    words = {True: texts("uniqueness.is_unique"), False: texts("uniqueness.is_repeat")}
    shown = [
        Row(
            [
                lead_cell(row["lead_type"], row["lead_id"], context),
                cells.moment(row["happened_local"]),
                cells.phone(row["caller_phone"]),
                cells.own(words[row["is_unique"]]),
                cells.own(words[not row["is_unique"]]),
                lead_cell(row["previous_lead_type"], row["previous_lead_id"], context),
                cells.moment(row["previous_at"]),
            ]
        )
        for row in rows
    ]
    return Table(texts("uniqueness.disagreements"), columns, shown)


def lead_cell(lead_type: str | None, lead_id: int | None, context: CardContext) -> Cell:
    texts = context.texts
    if lead_type is None or lead_id is None:
        return Cell(texts("uniqueness.none_before"))
    text = f"{texts(f'site.{lead_type}')} {lead_id}"
    return CellMaker(context.formats).own(text, context.lead(lead_type, lead_id))
