"""The card of Calltouch's working hours beside the account's own, and where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.column import Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.rows import ask_rows


@dataclass(frozen=True, slots=True)
class HoursPair:
    """Calls by what Calltouch and the calendar say of them; None: it does not."""

    is_worktime: bool | None
    in_own_hours: bool | None
    calls: int
    missed: int

    @property
    def is_known(self) -> bool:
        return self.is_worktime is not None and self.in_own_hours is not None


def own_hours(context: CardContext) -> Sequence[Part]:
    """Nothing where Calltouch sends no flag; where the account has set no hours, where to."""
    rows, texts = ask_rows(context, "own_hours", HoursPair), context.texts
    if all(row.is_worktime is None for row in rows):
        return ()
    if all(row.in_own_hours is None for row in rows):
        calendar = context.url("/calendar")
        note = texts("quality.no_own_hours")
        return (Paragraph(note, "note", calendar, texts("quality.to_calendar")),)
    known = [row for row in rows if row.is_known]
    differing = [row for row in known if row.is_worktime != row.in_own_hours]
    calls, whole = sum(row.calls for row in differing), sum(row.calls for row in known)
    if not calls:
        return (
            Paragraph(
                texts("quality.hours_agree", of_calls=context.formats.count("of_calls", whole))
            ),
        )
    formats = context.formats
    of_calls = formats.count("of_calls", whole)
    label = texts("quality.hours_differ", calls=formats.number(calls), of_calls=of_calls)
    table = table_of(context, label, _COLUMNS, differing, is_sortable=False)
    return (Paragraph(label), table)


def _said(row: HoursPair, context: CardContext) -> str:
    return context.texts("quality.only_calltouch" if row.is_worktime else "quality.only_calendar")


def _calls(row: HoursPair, context: CardContext) -> str | None:
    flag, own = row.is_worktime, row.in_own_hours
    return context.leads(lead_type="call", worktime=flag, own_hours=own)


def _missed(row: HoursPair, context: CardContext) -> str | None:
    flag, own = row.is_worktime, row.in_own_hours
    return context.leads(only="missed", worktime=flag, own_hours=own) if row.missed else None


_COLUMNS: Columns[HoursPair] = (
    column.words("quality.hours_said", _said),
    column.number("quality.calls", lambda row: row.calls, _calls),
    column.number("quality.missed", lambda row: row.missed, _missed),
)
