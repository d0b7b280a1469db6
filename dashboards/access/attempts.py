"""How often somebody may try to sign in. An attempt counts until it has succeeded."""

import ipaddress
import math
from datetime import datetime, timedelta
from sqlite3 import Connection

from dashboards.access.state import written
from dashboards.access.tokens import digest_of

_WITHIN = timedelta(minutes=15)
_MOST_OF_BOTH = 5
# More than one that guesses from a few addresses, or anybody could keep a user out.
_MOST_PER_NAME = 50
_MOST_PER_ADDRESS = 20
_OF_BOTH = "select at from sign_in_attempts where name = ? and address = ? order by at desc"
_OF_NAME = "select at from sign_in_attempts where name = ? order by at desc"
_OF_ADDRESS = "select at from sign_in_attempts where address = ? order by at desc"


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
    name, network = _of(name), _network(address)
    for question, values, most in (
        (_OF_BOTH, [name, network], _MOST_OF_BOTH),
        (_OF_NAME, [name], _MOST_PER_NAME),
        (_OF_ADDRESS, [network], _MOST_PER_ADDRESS),
    ):
        found = db.execute(question, values).fetchall()
        if len(found) >= most:
            raise TooManyAttempts(now, datetime.fromisoformat(found[most - 1][0]) + _WITHIN)
    db.execute("insert into sign_in_attempts values (?, ?, ?)", [written(now), name, network])


def forget_attempts(db: Connection, name: str, address: str) -> None:
    """Those of this name from there: others may still be guessing."""
    db.execute(
        "delete from sign_in_attempts where name = ? and address = ?",
        [_of(name), _network(address)],
    )


def _network(address: str) -> str:
    """Of an IPv6 address its /64, of which one customer has all."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _of(name: str) -> str:
    """People type passwords where the name belongs."""
    return digest_of(name)
