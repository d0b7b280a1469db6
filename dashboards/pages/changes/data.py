"""The card of what is no change of business but of the data."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.column import Columns, EarlierRows, table_of
from dashboards.page.comparison import against, compared_days_text
from dashboards.page.context import CardContext
from dashboards.page.rows import ask_row
from dashboards.slice.slice import Slice

_KINDS = (
    "from_api",
    "late_leads",
    "late_tags",
    "late_spam",
    "late_models",
    "never_ended",
)


@dataclass(frozen=True, slots=True)
class DataChanges:
    """Leads of which the API alone told; whose first delivery came more than a day after them;
    whose tags, spam mark or second model came later than that; calls that never ended."""

    leads: int
    from_api: int
    late_leads: int
    late_tags: int
    late_spam: int
    late_models: int
    never_ended: int


@dataclass(frozen=True, slots=True)
class DataChange:
    """Of so many `leads`, this many are so."""

    kind: str
    counted: int
    leads: int


def data(context: CardContext) -> Sequence[Part]:
    earlier = against(context).asked
    if earlier is None:
        return ()
    rows, before = _rows(context, context.slice), _rows(context, earlier)
    label = context.texts("changes.data")
    compared: EarlierRows[DataChange] = EarlierRows(
        lambda row: row.kind, {row.kind: row for row in before}
    )
    table = table_of(context, label, _COLUMNS, rows, earlier=compared, is_sortable=False)
    running = (
        (Paragraph(context.texts("changes.running", days=compared_days_text(earlier, context))),)
        if earlier.until is not None
        else ()
    )
    return (table, *running)


def _rows(context: CardContext, about: Slice) -> list[DataChange]:
    row = ask_row(context, "data_changes", DataChanges, about)
    return [DataChange(kind, getattr(row, kind), row.leads) for kind in _KINDS]


_COLUMNS: Columns[DataChange] = (
    column.words("changes.what", lambda row, context: context.texts(f"changes.{row.kind}")),
    column.number("changes.such_leads", lambda row: row.counted),
    column.rate("changes.of_all", lambda row: (row.counted, row.leads)),
)
