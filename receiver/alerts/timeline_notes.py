"""What people note about a time: "campaign started". In `state.sqlite`, published as `notes`."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from analytics.state_file import open_state
from receiver.alerts.noting import as_text

MOST_CHARACTERS = 500
_TABLES = """
create table if not exists notes (
    note_id integer primary key autoincrement,
    began_at text not null,
    ended_at text,
    site_id integer,
    text text not null,
    author text not null,
    made_at text not null
);
"""


class BadNote(ValueError):
    """It cannot be kept; `fault` is a word for what is wrong: text, long or order."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class TimelineNote:
    """`ended_at` None: of one moment. `site_id` None: of all sites."""

    began_at: datetime
    ended_at: datetime | None
    site_id: int | None
    text: str
    author: str


def open_notes(path: Path | str) -> sqlite3.Connection:
    """Raises `sqlite3.Error`."""
    return open_state(path, _TABLES)


def add_note(db: sqlite3.Connection, note: TimelineNote, now: datetime) -> int:
    """Its number. Raises `BadNote`."""
    text = " ".join(note.text.split())
    if not text or not text.isprintable():
        raise BadNote("text")
    if len(text) > MOST_CHARACTERS:
        raise BadNote("long")
    if note.ended_at is not None and note.ended_at < note.began_at:
        raise BadNote("order")
    ended_at = None if note.ended_at is None else as_text(note.ended_at)
    values = (as_text(note.began_at), ended_at, note.site_id, text, note.author, as_text(now))
    added = db.execute(
        "insert into notes (began_at, ended_at, site_id, text, author, made_at) "
        "values (?, ?, ?, ?, ?, ?)",
        values,
    )
    return int(added.lastrowid or 0)


def remove_note(db: sqlite3.Connection, note_id: int) -> bool:
    """Whether there was one."""
    return db.execute("delete from notes where note_id = ?", (note_id,)).rowcount > 0


def notes_newest_first(db: sqlite3.Connection) -> list[tuple[int, TimelineNote]]:
    """Each with its number."""
    rows = db.execute(
        "select note_id, began_at, ended_at, site_id, text, author from notes order by note_id desc"
    )
    return [
        (
            number,
            TimelineNote(
                datetime.fromisoformat(began_at),
                datetime.fromisoformat(ended_at) if ended_at else None,
                site_id,
                text,
                author,
            ),
        )
        for number, began_at, ended_at, site_id, text, author in rows
    ]
