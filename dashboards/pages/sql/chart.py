"""The rows of a statement as a chart."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from analytics.sql_sandbox.sandbox import SandboxAnswer
from dashboards.figures.result import MOST_SERIES, result_figure
from dashboards.page.charts import Chart, locale_of
from dashboards.wording.texts import Texts

KINDS = ("bars", "lines")
_MOST_ROWS = 500


def chart_of(answer: SandboxAnswer, kind: str, texts: Texts) -> Chart | None:
    """The first column below and every other column of numbers above; None where there is no such
    column, or nothing in it. The first rows of many."""
    schema, rows = answer.schema, _columns(answer)
    numbers = [name for name in schema.names[1:] if _is_number(schema.field(name).type)]
    if kind not in KINDS or not numbers or not rows or not rows[schema.names[0]]:
        return None
    below = [_place(value) for value in rows[schema.names[0]]]
    series = {name: [_number(value) for value in rows[name]] for name in numbers[:MOST_SERIES]}
    figure = result_figure(kind, below, series)
    return Chart("sql-result", texts("sql.chart"), figure, "medium", locale_of(texts))


def _columns(answer: SandboxAnswer) -> dict[str, list[Any]]:
    """By name; of names that stand twice the last one."""
    table = pa.Table.from_batches(answer.batches(), answer.schema).slice(0, _MOST_ROWS)
    return {field.name: table.column(n).to_pylist() for n, field in enumerate(table.schema)}


def _is_number(kind: pa.DataType) -> bool:
    is_whole = bool(pa.types.is_integer(kind))
    return is_whole or bool(pa.types.is_floating(kind)) or bool(pa.types.is_decimal(kind))


def _number(value: Any) -> float | int | None:
    return float(value) if isinstance(value, Decimal) else value


def _place(value: Any) -> Any:
    """What plotly has an axis for."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, int | float | date) else str(value)
