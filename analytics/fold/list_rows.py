"""What a lead has a list of, as the rows of the tables: tags, comments, phrases, URL parameters."""

from collections.abc import Iterable, Iterator
from typing import Any

import orjson
import pyarrow as pa

from analytics.fold.columns import LEAD, table_of
from analytics.fold.delivery import Value
from analytics.fold.life import Life
from analytics.parameters import TAGS

_TEXT = pa.string()


def tags(lives: Iterable[Life]) -> pa.Table:
    """docs/fold.md, rule 8."""
    rows = [
        (*life.key, category, tag)
        for life in lives
        for name, category in TAGS
        for tag in _tags(life.values.lead.get(name))
    ]
    return table_of([*LEAD, ("tag_category", _TEXT), ("tag", _TEXT)], rows)


def _tags(value: Value) -> Iterable[str]:
    parts = dict.fromkeys(part.strip(" ") for part in (value or "").split(","))
    return filter(None, parts)


def comments(lives: Iterable[Life]) -> pa.Table:
    columns = [*LEAD, ("position", pa.int32()), ("party", _TEXT), ("comment", _TEXT)]
    rows = [
        (*life.key, *item)
        for life in lives
        for item in _items(life.values.lead.get("comment"), "party", "comment")
    ]
    return table_of(columns, rows)


def phrases(lives: Iterable[Life]) -> pa.Table:
    columns = [
        ("lead_id", pa.int64()),
        ("position", pa.int32()),
        ("channel", _TEXT),
        ("phrase", _TEXT),
    ]
    rows = [
        (life.key[1], *item)
        for life in lives
        if life.key[0] == "call"
        for item in _items(life.values.lead.get("text"), "channel", "phrase")
    ]
    return table_of(columns, rows)


def url_params(lives: Iterable[Life]) -> pa.Table:
    columns = [
        *LEAD,
        ("attribution_model", pa.int16()),
        ("position", pa.int32()),
        ("name", _TEXT),
        ("value", _TEXT),
    ]
    rows = [
        (*life.key, model, *item)
        for life in lives
        for model in sorted(life.values.traffic)
        for item in _items(life.values.traffic[model].get("add_url_params"), "name", "value")
    ]
    return table_of(columns, rows)


def _items(value: Value, *names: str) -> Iterator[tuple[int | str | None, ...]]:
    """Position and texts of every item of a list field."""
    if value is None:
        return
    for position, item in enumerate(orjson.loads(str(value))):
        fields = item if isinstance(item, dict) else {}
        yield position, *(_as_text(fields.get(name)) for name in names)


def _as_text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()
