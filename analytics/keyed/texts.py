"""What becomes of the texts that stay: each distinct one is looked at once."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.keyed.columns import KeyedColumn, masked_columns
from analytics.privacy.contacts import Contacts
from analytics.privacy.holds import Privacy
from analytics.privacy.masks import TEXT_MASKS, as_read
from analytics.privacy.people import People
from analytics.statements import rendered, statement

_AT_ONCE = 5_000


def mask_texts(db: DuckDBPyConnection, tables: Mapping[str, Sequence[KeyedColumn]]) -> None:
    """Make the tables that say what texts become, one for each way of masking."""
    people = People(db)
    by_table: dict[str, list[KeyedColumn]] = {}
    for column in masked_columns(tables.values()):
        assert column.masked_in is not None
        by_table.setdefault(column.masked_in, []).append(column)
    for masked_in, columns in by_table.items():
        db.execute(rendered("keyed/texts", columns=columns))
        db.execute(rendered("keyed/masked", masked_in=masked_in))
        holds = columns[0].holds
        assert holds is not None
        with db.cursor() as reader:
            for texts in _in_batches(reader):
                changed = _changed(texts, holds, people)
                if changed.num_rows:
                    db.register("changed", changed)
                    db.execute(rendered("keyed/note_masked", masked_in=masked_in))
                    db.unregister("changed")
    db.execute(statement("keyed/forget_texts"))


def _in_batches(reader: DuckDBPyConnection) -> Iterator[list[str]]:
    result = reader.execute(statement("keyed/all_texts"))
    while rows := result.fetchmany(_AT_ONCE):
        yield [text for (text,) in rows]


def _changed(texts: Sequence[str], holds: Privacy, people: People) -> pa.Table:
    known = people.among(texts)
    pairs = [(text, masked) for text in texts if (masked := _masked(text, holds, known)) != text]
    return pa.table(
        {
            "text": pa.array([text for text, _ in pairs], pa.string()),
            "masked": pa.array([masked for _, masked in pairs], pa.string()),
        }
    )


def _masked(text: str, holds: Privacy, known: Contacts) -> str:
    if holds is Privacy.NOTHING:
        # The company's own phones: nothing but a client's is hidden.
        return known.without(as_read(text)) if known else text
    return partial(TEXT_MASKS[holds], known=known)(text)
