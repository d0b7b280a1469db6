"""A row in the lake that every transaction of digest writes.

Two digests never hold the lock at once, but one that has lost it may not know so yet. Whoever takes
the lock raises the fence first. From then on each transaction of the other one finds a number that
is not its own, and one that had begun before is in conflict over the row: neither can commit.
"""

from weakref import WeakKeyDictionary

from duckdb import DuckDBPyConnection

_NUMBERS: "WeakKeyDictionary[DuckDBPyConnection, int]" = WeakKeyDictionary()
"""Of connections behind a fence; their cursors are not."""


class FenceLost(Exception):
    """Another digest has the lake now."""


def make_fence(db: DuckDBPyConnection) -> None:
    db.execute("create table if not exists digest.fence (number bigint not null)")
    if not db.execute("select number from digest.fence").fetchall():
        db.execute("insert into digest.fence values (0)")


def raise_fence(db: DuckDBPyConnection) -> None:
    """Committed at once. Whatever this connection commits from now on is behind it."""
    make_fence(db)
    db.execute("update digest.fence set number = number + 1")
    ((number,),) = db.execute("select number from digest.fence").fetchall()
    _NUMBERS[db] = int(number)


def hold_fence(db: DuckDBPyConnection) -> None:
    """Belongs at the beginning of every transaction. Raises `FenceLost`."""
    number = _NUMBERS.get(db)
    if number is None:
        return
    values = {"number": number}
    changed = "update digest.fence set number = $number where number = $number"
    ((count,),) = db.execute(changed, values).fetchall()
    if count != 1:
        raise FenceLost("another digest has taken the lake over")
