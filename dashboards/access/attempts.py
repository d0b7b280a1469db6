"""How often somebody may try to sign in. An attempt counts until it has succeeded."""

import math
from datetime import datetime, timedelta
from sqlite3 import Connection

from dashboards.access.state import written
from dashboards.access.tokens import digest_of

_WITHIN = timedelta(minutes=15)
_MOST_PER_NAME = 5
_MOST_PER_ADDRESS = 20


class TooManyAttempts(Exception):
    """Nothing was checked. `until`: when it will be again; `seconds`: how long that is."""

    def __init__(self, now: datetime, until: datetime) -> None:
        super().__init__("too many attempts to sign in")
        self.until = until
        self.seconds = math.ceil((until - now).total_seconds())


def count_attempt(db: Connection, now: datetime, name: str, address: str) -> None:
    """Before the password is looked at, or many attempts at once would count as none.

    Raises `TooManyAttempts`. To be called in a transaction.
    """
    db.execute("delete from sign_in_attempts where at <= ?", [written(now - _WITHIN)])
    for question, value, most in (
        (
            "select at from sign_in_attempts where name = ? order by at desc",
            _of(name),
            _MOST_PER_NAME,
        ),
        (
            "select at from sign_in_attempts where address = ? order by at desc",
            address,
            _MOST_PER_ADDRESS,
        ),
    ):
        found = db.execute(question, [value]).fetchall()
        if len(found) >= most:
            raise TooManyAttempts(now, datetime.fromisoformat(found[most - 1][0]) + _WITHIN)
    db.execute("insert into sign_in_attempts values (?, ?, ?)", [written(now), _of(name), address])


def forget_attempts(db: Connection, name: str) -> None:
    db.execute("delete from sign_in_attempts where name = ?", [_of(name)])


def _of(name: str) -> str:
    """People type passwords where the name belongs."""
    return digest_of(name)
