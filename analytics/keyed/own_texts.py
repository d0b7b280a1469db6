"""Texts that name the person of their own lead: on those leads they lose the name."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.keyed.clues import clues_of_contacts, clues_of_text
from analytics.keyed.columns import KeyedColumn
from analytics.privacy.contacts import FEWEST_DIGITS, NOBODY, Contacts, contacts_of
from analytics.privacy.holds import Privacy
from analytics.privacy.masks import TEXT_MASKS
from analytics.privacy.people import People
from analytics.statements import rendered, statement

OWN_TABLES = ("leads", "lead_attributions", "lead_tags")
"""Whose texts belong to a lead."""
_SEARCHED = (Privacy.LINK, Privacy.TEXT)
_AT_ONCE = 5_000


def mask_own_texts(db: DuckDBPyConnection, tables: Mapping[str, Sequence[KeyedColumn]]) -> None:
    """Make the table that says what becomes of which text on which lead."""
    columns = [
        column for table in OWN_TABLES for column in tables[table] if column.holds in _SEARCHED
    ]
    db.execute(rendered("keyed/texts", columns=columns))
    db.execute(statement("keyed/own_texts"))
    wanted = _note_clues_of_texts(db)
    _note_clues_of_contacts(db, wanted)
    db.execute(rendered("keyed/find_own_texts", columns=columns))
    people = People(db)
    with db.cursor() as reader:
        found = reader.execute(statement("keyed/found_own_texts"))
        while rows := found.fetchmany(_AT_ONCE):
            _append(db, "own_masked", list(_masked(rows, people)))
    db.execute(statement("keyed/forget_own_texts"))


def _note_clues_of_texts(db: DuckDBPyConnection) -> set[str]:
    wanted: set[str] = set()
    with db.cursor() as reader:
        for rows in _in_batches(reader, "keyed/all_texts"):
            pairs = [(text, clue) for (text,) in rows for clue in clues_of_text(text)]
            _append(db, "text_clues", pairs)
            wanted.update(clue for _, clue in pairs)
    return wanted


def _note_clues_of_contacts(db: DuckDBPyConnection, wanted: set[str]) -> None:
    """Of those alone that a text may name."""
    with db.cursor() as reader:
        for rows in _in_batches(reader, "keyed/all_contacts"):
            pairs = [
                (contact, clue) for kind, contact in rows for clue in _clues(kind, contact) & wanted
            ]
            _append(db, "contact_clues", pairs)


def _clues(kind: str, contact: str) -> set[str]:
    if kind == "callerphone" and contact.isascii() and contact.isdigit():
        # As nearly all of them are.
        return {contact[-FEWEST_DIGITS:]}
    return clues_of_contacts(_contacts(kind, contact))


def _contacts(kind: str, contact: str) -> Contacts:
    phones, emails = [contact] * (kind == "callerphone"), [contact] * (kind == "email")
    return contacts_of(phones, emails, [contact] * (kind == "fio"))


def _in_batches(reader: DuckDBPyConnection, asked: str) -> Iterator[list[tuple[str, ...]]]:
    result = reader.execute(statement(asked))
    while rows := result.fetchmany(_AT_ONCE):
        yield rows


def _masked(
    rows: Sequence[tuple[str, int, str]], people: People
) -> Iterator[tuple[str, int, str, str]]:
    """Of the way of masking, the lead and the text: those with what the text becomes there."""
    owners = people.of_leads([lead for _, lead, _ in rows])
    anybody = people.among({text for _, _, text in rows})
    for way, lead, text in rows:
        known = owners.get(lead, NOBODY)
        holds = next(one for one in _SEARCHED if way == KeyedColumn.way_of(one))
        mask = partial(TEXT_MASKS[holds], known=known | anybody)
        if known.without(text) != text or mask(text) != text:
            yield way, lead, text, mask(text)


def _append(db: DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    if not rows:
        return
    columns = [pa.array(column) for column in zip(*rows, strict=True)]
    appended = pa.table(columns, names=[f"c{place}" for place in range(len(columns))])
    db.register("appended", appended)
    db.execute(rendered("keyed/append", table=table))
    db.unregister("appended")
