"""A lead of the published file as fields: the columns of `leads` by their names, and its lists."""

from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from duckdb import DuckDBPyConnection

# What opens a recording to anyone, for years.
_RECORDING = "reclink"


@cache
def published_sql(name: str) -> str:
    return files("flows.sources").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")


def lead_fields(
    db: DuckDBPyConnection,
    lead_type: str,
    lead_id: int,
    model: int,
    after: int,
    *,
    recordings: bool = False,
) -> dict[str, Any] | None:
    """None where there is no such lead. `after`: changes are those of deliveries behind it. A
    column that is NULL is absent."""
    key = {"lead_type": lead_type, "lead_id": lead_id}
    cursor = db.execute(published_sql("lead"), {**key, "model": model})
    row = cursor.fetchone()
    if row is None:
        return None
    names = [column[0] for column in cursor.description or ()]
    # The columns of the model come last, and win where they are given.
    fields: dict[str, Any] = {}
    for name, value in zip(names, row, strict=True):
        if value is not None and (name != _RECORDING or recordings):
            fields[name] = _plain(value)
    tags = db.execute(published_sql("tags"), key).fetchall()
    fields["tags"] = list(dict.fromkeys(tag for _, tag in tags))
    for category, tag in tags:
        fields.setdefault(f"tags_{category}", []).append(tag)
    fields["comments"] = [row[0] for row in db.execute(published_sql("comments"), key).fetchall()]
    params = db.execute(published_sql("url_params"), {**key, "model": model}).fetchall()
    fields["url_params"] = dict(params)
    changes = db.execute(published_sql("changes"), {**key, "after": after}).fetchall()
    fields["changes"] = [
        dict(zip(("field", "old_value", "new_value"), change, strict=True)) for change in changes
    ]
    return fields


def _plain(value: Any) -> Any:
    """As JSON has it; instants in ISO 8601."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool) else str(value)
