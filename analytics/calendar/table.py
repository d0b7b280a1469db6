"""The table `calendar` of the store: no function of the deliveries, written anew as a whole."""

from datetime import date

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.calendar.days import CalendarDay, calendar_days
from analytics.calendar.definition import WorkCalendar
from analytics.statements import statement
from analytics.store import transaction

FIRST_YEAR = 2015
_ROWS = pa.schema(
    [
        ("day", pa.date32()),
        ("is_working", pa.bool_()),
        ("kind", pa.string()),
        ("name_ru", pa.string()),
        ("name_en", pa.string()),
        ("swapped_with", pa.date32()),
        ("works_from", pa.timestamp("us")),
        ("works_until", pa.timestamp("us")),
        ("is_official", pa.bool_()),
    ]
)


def replace_calendar(db: DuckDBPyConnection, calendar: WorkCalendar, this_year: int) -> None:
    """Put its days, to the end of next year, in the place of what is there."""
    days = calendar_days(calendar, FIRST_YEAR, max(this_year, FIRST_YEAR) + 1)
    columns = map(list, zip(*map(_row, days), strict=True))
    rows = pa.table(dict(zip(_ROWS.names, columns, strict=True)), schema=_ROWS)
    with transaction(db):
        db.execute("delete from calendar")
        db.register("noted", rows)
        db.execute(statement("publish/calendar"))
        db.unregister("noted")


def has_calendar(db: DuckDBPyConnection) -> bool:
    return bool(db.execute("select 1 from calendar limit 1").fetchall())


def _row(day: CalendarDay) -> tuple[object, ...]:
    names, span = day.name or (None, None), day.span or (None, None)
    swapped: date | None = day.swapped_with
    return (day.day, day.is_working, day.kind, *names, swapped, *span, day.is_official)
