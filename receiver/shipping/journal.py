"""How far parcels are taken, beside the inbox they are taken into.

It is behind for a moment at most, never ahead: what it does not know yet, the inbox and the archive
do. It says nothing about another set of tables in PostgreSQL, whose order begins anew.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orjson

from receiver.whole_file import replace_file


@dataclass(frozen=True, slots=True)
class TakenUntil:
    """`ledger`: which tables. `through`: the place of the last parcel that was taken with all
    before it; `numbers`: of each host's last one, None: not known yet. `erasures`: so many had
    ended when parcels were last cleared of whom they named; `cleared`: the place up to which they
    need not be kept since then. `gone`: how many had ended when nothing of them was left there."""

    ledger: str
    through: int = 0
    numbers: dict[str, int] | None = None
    erasures: int = 0
    cleared: int = 0
    gone: int = 0


class TakenJournal:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = TakenUntil("")

    def begin(self, ledger: str) -> TakenUntil:
        """With these tables."""
        known = self._read()
        same = known is not None and known.ledger == ledger
        # Who was erased before these tables were there is in none of them, and the first look says
        # so again if that is not sure.
        self._known = known if same and known is not None else TakenUntil(ledger)
        return self._known

    @property
    def known(self) -> TakenUntil:
        return self._known

    def note(self, change: Callable[[TakenUntil], TakenUntil]) -> None:
        self._known = change(self._known)
        replace_file(self._path, orjson.dumps(asdict(self._known)).decode() + "\n")

    def begin_numbers(self, numbers: dict[str, int]) -> None:
        """As the tables tell them; noted with the next parcels."""
        self._known = replace(self._known, numbers=numbers)

    def note_taken(self, place: int, numbers: dict[str, int]) -> None:
        all_of_them = {**(self._known.numbers or {}), **numbers}
        self.note(lambda known: replace(known, through=place, numbers=all_of_them))

    def _read(self) -> TakenUntil | None:
        return read_taken(self._path)


def read_taken(path: Path) -> TakenUntil | None:
    """None where nothing was taken yet."""
    try:
        return TakenUntil(**orjson.loads(path.read_bytes()))
    except (OSError, orjson.JSONDecodeError, TypeError):
        return None
