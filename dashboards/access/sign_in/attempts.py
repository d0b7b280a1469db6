"""How fast somebody may guess passwords. An attempt counts until it has succeeded.

Nobody is locked out, or whoever guesses a colleague's name from the same address could lock that
colleague out: when there have been too many, the next ones are taken one by one, with a pause
between them. A browser in which the user has signed in before has a count of its own, which nobody
else can use up (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
"""

import ipaddress
import math
from datetime import datetime, timedelta
from sqlite3 import Connection

from dashboards.access.state import written
from dashboards.access.tokens import digest_of

PAUSE = timedelta(seconds=5)
_WITHIN = timedelta(minutes=15)
_FREE_PER_DEVICE = 5
_FREE_OF_BOTH = 5
# More than one that guesses from a few addresses, or anybody could slow a user down everywhere.
_FREE_PER_NAME = 50
_FREE_PER_ADDRESS = 20
_OF_BOTH = "select at from sign_in_attempts where name = ? and address = ? order by at desc"
_OF_NAME = "select at from sign_in_attempts where name = ? order by at desc"
_OF_ADDRESS = "select at from sign_in_attempts where address = ? order by at desc"
_INSERT = "insert into sign_in_attempts values (?, ?, ?)"


class TooManyAttempts(Exception):
    """Nothing was checked. `until`: when it will be again; `seconds`: how long that is."""

    def __init__(self, now: datetime, until: datetime) -> None:
        super().__init__("too many attempts to sign in")
        self.until = until
        self.seconds = math.ceil((until - now).total_seconds())


def count_attempt(
    db: Connection, now: datetime, name: str, address: str, device: str | None = None
) -> None:
    """Before the password is looked at, or many attempts at once would count as none.

    `device`: of a browser in which this user has signed in before. Raises `TooManyAttempts`. To be
    called in a transaction.
    """
    db.execute("delete from sign_in_attempts where at <= ?", [written(now - _WITHIN)])
    name, network = _of(name), _network(address)
    if device is not None:
        of_device = db.execute(_OF_BOTH, [name, _place(device)]).fetchall()
        if len(of_device) < _FREE_PER_DEVICE:
            db.execute(_INSERT, [written(now), name, _place(device)])
            return
    for question, values, free in (
        (_OF_BOTH, [name, network], _FREE_OF_BOTH),
        (_OF_NAME, [name], _FREE_PER_NAME),
        (_OF_ADDRESS, [network], _FREE_PER_ADDRESS),
    ):
        found = db.execute(question, values).fetchall()
        if len(found) >= free:
            until = datetime.fromisoformat(found[0][0]) + PAUSE
            if now < until:
                raise TooManyAttempts(now, until)
    db.execute(_INSERT, [written(now), name, network])


def forget_attempts(db: Connection, name: str, address: str, device: str | None = None) -> None:
    """Those of this name from there: others may still be guessing."""
    for place in (_network(address), _place(device or "")):
        db.execute(
            "delete from sign_in_attempts where name = ? and address = ?", [_of(name), place]
        )


def _place(device: str) -> str:
    """Where the attempts of a browser come from, instead of an address."""
    return f"device {device}"


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
