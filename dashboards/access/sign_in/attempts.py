"""Rate limiting of password guessing. An attempt counts as failed until it succeeds.

Nobody is locked out; otherwise anyone guessing a colleague's name from the same address could lock
that colleague out. After too many attempts, further ones are accepted one by one, with a pause in
between. A browser in which the user has signed in before has its own counter, which nobody else can
use up (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
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
# More than one attacker can make from a few addresses; else anybody could slow a user down
# everywhere.
_FREE_PER_NAME = 50
_FREE_PER_ADDRESS = 20
_OF_BOTH = "select at from sign_in_attempts where name = ? and address = ? order by at desc"
_OF_NAME = "select at from sign_in_attempts where name = ? order by at desc"
_OF_ADDRESS = "select at from sign_in_attempts where address = ? order by at desc"
_INSERT = "insert into sign_in_attempts values (?, ?, ?)"


class TooManyAttempts(Exception):
    """Nothing was checked. `until`: when it is possible again; `seconds`: how long that is."""

    def __init__(self, now: datetime, until: datetime) -> None:
        super().__init__("too many attempts to sign in")
        self.until = until
        self.seconds = math.ceil((until - now).total_seconds())


def count_attempt(
    db: Connection, now: datetime, name: str, address: str, device: str | None = None
) -> None:
    """Called before the password is checked, so that parallel attempts all count.

    `device`: of a browser in which this user has signed in before. Raises `TooManyAttempts`. Call
    it in a transaction.
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
        attempts = db.execute(question, values).fetchall()
        if len(attempts) >= free:
            until = datetime.fromisoformat(attempts[0][0]) + PAUSE
            if now < until:
                raise TooManyAttempts(now, until)
    db.execute(_INSERT, [written(now), name, network])


def forget_attempts(db: Connection, name: str, address: str, device: str | None = None) -> None:
    """Only attempts for this name from there: others may still be guessing."""
    for origin in (_network(address), _place(device or "")):
        db.execute(
            "delete from sign_in_attempts where name = ? and address = ?", [_of(name), origin]
        )


def _place(device: str) -> str:
    """Origin of a known browser's attempts, instead of its address."""
    return f"device {device}"


def _network(address: str) -> str:
    """An IPv6 address is reduced to its /64, which belongs to one customer."""
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
    """People type passwords into the name field."""
    return digest_of(name)
