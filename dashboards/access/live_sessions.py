"""Sessions that are in use: of whom, since when, from where, and how one of them is ended.

A session is a signed cookie; here is noted that it was used. One that is not noted yet counts all
the same: its cookie is right, and its user has not ended it.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection

from dashboards.access.state import NotDone, written

_NOTED_EVERY = timedelta(minutes=1)
_KEPT = timedelta(days=14)
_BROWSERS = (
    ("Яндекс Браузер", r"YaBrowser"),
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Firefox", r"Firefox|FxiOS"),
    ("Chrome", r"Chrome|CriOS|Chromium"),
    ("Safari", r"Safari"),
)
_SYSTEMS = (
    ("Android", r"Android"),
    ("iOS", r"iPhone|iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS"),
    ("Linux", r"Linux|X11"),
)


@dataclass(frozen=True, slots=True)
class LiveSession:
    """`session_id`: not what is in the cookie. `browser`: its family and the system, empty if
    unknown. `last_used_at`: to the minute."""

    session_id: str
    user: str
    began_at: datetime
    last_used_at: datetime
    address: str
    browser: str


def session_id_of(form_token: str) -> str:
    return hashlib.sha256(f"session {form_token}".encode()).hexdigest()[:32]


def note_used(db: Connection, session: LiveSession, generation: str) -> None:
    """At most once a minute, unless it comes from elsewhere than before."""
    row = db.execute(
        "select last_used_at, address from live_sessions where session_id = ?",
        [session.session_id],
    ).fetchone()
    is_known = row is not None and row[1] == session.address
    if is_known and session.last_used_at - datetime.fromisoformat(row[0]) < _NOTED_EVERY:
        return
    if row is None:
        long_ago = written(session.last_used_at - _KEPT)
        db.execute("delete from live_sessions where began_at < ?", [long_ago])
    db.execute(
        "insert or replace into live_sessions values (?, ?, ?, ?, ?, ?, ?)",
        [
            session.session_id,
            session.user,
            generation,
            written(session.began_at),
            written(session.last_used_at),
            session.address,
            session.browser,
        ],
    )


def is_ended(db: Connection, session_id: str) -> bool:
    row = db.execute("select 1 from ended_sessions where session_id = ?", [session_id]).fetchone()
    return row is not None


def list_sessions(db: Connection, now: datetime) -> list[LiveSession]:
    """Those that can still be used, the last used first."""
    rows = db.execute(
        "select session_id, user_name, began_at, last_used_at, address, browser "
        "from live_sessions inner join every_user "
        "on every_user.name = user_name and every_user.generation = live_sessions.generation "
        "where began_at > ? and session_id not in (select session_id from ended_sessions) "
        "order by last_used_at desc",
        [written(now - _KEPT)],
    ).fetchall()
    return [
        LiveSession(one, user, datetime.fromisoformat(began), datetime.fromisoformat(used), *rest)
        for one, user, began, used, *rest in rows
    ]


def end_one(db: Connection, now: datetime, session_id: str) -> str:
    """Whose it was. What nobody can use any more is forgotten. Raises `NotDone`."""
    row = db.execute(
        "select user_name from live_sessions where session_id = ?", [session_id]
    ).fetchone()
    if row is None:
        raise NotDone("there is no such session")
    long_ago = written(now - _KEPT)
    db.execute("delete from ended_sessions where ended_at < ?", [long_ago])
    db.execute(
        "insert or replace into ended_sessions values (?, ?, ?)", [session_id, row[0], written(now)]
    )
    db.execute("delete from live_sessions where session_id = ?", [session_id])
    return str(row[0])


def forget_all(db: Connection, user: str) -> None:
    """Of a user whose sessions have all ended."""
    db.execute("delete from live_sessions where user_name = ?", [user])


def browser_of(user_agent: str) -> str:
    """Chrome, Windows."""
    names = (
        next((name for name, pattern in known if re.search(pattern, user_agent)), "")
        for known in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in names if name)
