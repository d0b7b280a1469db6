"""Clients of both kinds, and what must be left of what they sent."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tests.faults.load import Load, kept

CLIENTS = 8
# On a server's PYTHONPATH: it then acknowledges as the variable SABOTAGE says.
SABOTAGE = str(Path(__file__).parent.parent / "sabotage")


@dataclass(frozen=True, slots=True)
class Compared:
    """What was answered 200 and is not there, and what is there and was never sent."""

    lost: int
    made_up: int


NOTHING = Compared(lost=0, made_up=0)


def compare(data_dir: Path, loads: Sequence[Load]) -> Compared:
    found = kept(data_dir)
    acknowledged = set().union(*(load.acknowledged for load in loads))
    sent = set().union(*(load.sent for load in loads))
    return Compared(len(acknowledged - found), len(found - sent))


@contextmanager
def both_kinds(address: str) -> Iterator[list[Load]]:
    """Half of the clients stay with the worker they met; the others come upon the new one too."""
    numbers = count(1)
    with (
        Load(address, CLIENTS // 2, numbers=numbers) as staying,
        Load(address, CLIENTS // 2, keep_alive=False, numbers=numbers) as changing,
    ):
        yield [staying, changing]


def failures(loads: Sequence[Load]) -> int:
    return sum(load.not_answered_200 for load in loads)
