"""The catalogue's list of lakes, in the schema `calltouch` of its PostgreSQL.

One of them is current: readers attach that one. A store that is made anew is another lake, which
becomes the current one at once, in one transaction; the one before is dropped whole a while later.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from importlib import import_module
from types import ModuleType
from typing import Any

from analytics.lake.address import LakeAddress, LakePlace
from analytics.lake.attaching import LakeUnreachable
from analytics.lake.extensions import EXTRA, LakeNotInstalled
from analytics.statements import rendered, statement

# Advisory locks of PostgreSQL are of one database; any numbers, the same for all.
_DIGESTING, _MAKING = 420_511, 420_512


class LakeInUse(LakeUnreachable):
    """Somebody still reads it."""


class LakeState(StrEnum):
    MAKING = "making"
    READY = "ready"
    CURRENT = "current"
    OLD = "old"


class LakeCatalog:
    """A session of PostgreSQL. What it locks is free again when it ends, however it ends.

    All methods raise `LakeUnreachable`.
    """

    def __init__(self, address: LakeAddress) -> None:
        """Raises `LakeNotInstalled`, too."""
        self._address = address
        self._driver = _driver()
        with self._told():
            self._db = self._driver.connect(
                address.session,
                autocommit=True,
                password=address.password,
                application_name="calltouch",
            )
            self._db.execute(statement("lake/session"))

    def close(self) -> None:
        self._db.close()

    def first(self, state: LakeState) -> LakePlace | None:
        return next(iter(self.all(state)), None)

    def all(self, state: LakeState, unchanged_seconds: float = 0.0) -> list[LakePlace]:
        """Those that have been so for a while, the newest first."""
        ((is_made,),) = self._postgres_rows("select to_regclass('calltouch.lakes') is not null")
        if not is_made:
            return []
        values = {"state": state, "seconds": unchanged_seconds}
        rows = self._postgres_rows(statement("lake/of_state"), values)
        return [self._address.place(number, data) for number, data in rows]

    def new(self) -> LakePlace:
        """Another one, noted before anything of it is there, and locked by this session as long as
        it is being made."""
        with self._told(), self._db.transaction():
            self._postgres_rows("select pg_advisory_xact_lock(%(key)s, 0)", {"key": _MAKING})
            self._db.execute(statement("lake/list"))
            ((number,),) = self._postgres_rows(statement("lake/new"))
            place = self._address.place(number)
            values = {"number": number, "data": place.data}
            self._db.execute(statement("lake/note_data"), values)
        self._lock(_MAKING, number)
        return place

    def note(self, place: LakePlace, state: LakeState) -> None:
        """A current one takes the place of the one before."""
        with self._told(), self._db.transaction():
            if state == LakeState.CURRENT:
                self._db.execute(statement("lake/replace"), {"number": place.number})
            values = {"number": place.number, "state": state}
            self._db.execute(statement("lake/note"), values)

    def forget(self, place: LakePlace) -> None:
        """Its catalogue, inlined rows and snapshots with it. Raises `LakeInUse`, after some
        seconds: who reads in a transaction has locks as long as that lasts."""
        with self._told(), self._db.transaction():
            self._db.execute(statement("lake/lock_timeout"))
            self._db.execute(rendered("lake/drop_schema", schema=place.schema))
            self._db.execute(statement("lake/forget"), {"number": place.number})

    def abandoned(self) -> list[LakePlace]:
        """Whoever made them is gone."""
        found = self.all(LakeState.MAKING)
        return [place for place in found if self._lock(_MAKING, place.number)]

    def take_digest_lock(self) -> bool:
        """Whether this session has it now."""
        return self._lock(_DIGESTING, 0)

    def check(self) -> None:
        """Whether the session is still there, and its locks with it."""
        self._postgres_rows("select 1")

    def digesting(self) -> str:
        """Who has that lock, in words."""
        rows = self._postgres_rows(statement("lake/holder"), {"key": _DIGESTING})
        return ", ".join(f"{host or 'this host'} since {since}" for host, since in rows) or "nobody"

    def _lock(self, key: int, number: int) -> bool:
        values = {"key": key, "number": number}
        ((is_taken,),) = self._postgres_rows(
            "select pg_try_advisory_lock(%(key)s, %(number)s)", values
        )
        return bool(is_taken)

    def _postgres_rows(
        self, asked: str, values: Mapping[str, object] | None = None
    ) -> Sequence[Any]:
        with self._told():
            return self._db.execute(asked, values).fetchall()  # type: ignore[no-any-return]

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except self._driver.errors.LockNotAvailable:
            raise LakeInUse("the lake's catalogue: a lock is held by somebody else") from None
        except self._driver.Error as error:
            said = self._address.redacted(str(error)).strip()
            raise LakeUnreachable(f"the lake's catalogue: {said}") from None


@contextmanager
def catalog_of(address: LakeAddress) -> Iterator[LakeCatalog]:
    """Raises `LakeUnreachable`, `LakeNotInstalled`."""
    catalog = LakeCatalog(address)
    try:
        yield catalog
    finally:
        catalog.close()


def current_lake(address: LakeAddress) -> LakePlace | None:
    """None before the first one was made. Raises `LakeUnreachable`, `LakeNotInstalled`."""
    with catalog_of(address) as catalog:
        return catalog.first(LakeState.CURRENT)


def _driver() -> ModuleType:
    try:
        return import_module("psycopg")
    except ImportError:
        raise LakeNotInstalled(EXTRA) from None
