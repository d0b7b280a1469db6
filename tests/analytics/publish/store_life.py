"""Everything that may be done to a store between two publications, by chance."""

import json
import random
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from analytics.publish.last_checkpoint import BLOCK, HEADERS
from analytics.publish.publisher import Publisher
from analytics.store import open_store
from tests.analytics.fold.folding import FINGERPRINT, new_store
from tests.analytics.publish.growing import grow

TABLES = """
create table digest.numbers (id bigint, code varchar, share double, several integer[]);
create table digest.named (id bigint primary key, name varchar);
create table digest.still as select hash(range) as number from range(1_500_000);
"""


class StoreLife:
    """`reads`: there are readers of this process, too, who still see what was deleted since."""

    def __init__(self, directory: Path, chance: random.Random, reads: bool) -> None:
        self._path = directory / "store.duckdb"
        self._chance = chance
        self._reads = reads
        self._readers: list[DuckDBPyConnection] = []
        self.db = new_store(directory)
        self.db.execute(TABLES)

    def change(self) -> str:
        acts: list[Callable[[], None]] = [
            *([self._insert] * 3),
            *(self._delete, self._update, self._replace, self._fold, self._drop_table),
            *(self._make_table, self._insert_long_texts, self._take_back, self._alter),
            *([self._begin_to_read, self._end_to_read] * 2 if self._reads else [self._vacuum]),
        ]
        act = self._chance.choice(acts)
        act()
        return act.__name__

    def reopen(self) -> None:
        self.close()
        self.db = open_store(self._path, FINGERPRINT)

    def checkpoint(self) -> None:
        """DuckDB makes none while others read what a transaction has changed."""
        try:
            self.db.execute("checkpoint")
        except duckdb.TransactionException:
            self.let_go()
            self.db.execute("checkpoint")

    def let_go(self) -> None:
        while self._readers:
            self._end_to_read()

    def close(self) -> None:
        self.let_go()
        self.db.close()

    def _some(self) -> int:
        return self._chance.choice([1, 10, 1_000, 20_000, 130_000])

    def _any_id(self) -> int:
        return self._chance.randrange(200_000)

    def _insert(self) -> None:
        self.db.execute(
            "insert into digest.numbers select range + $id, 'v' || hash(range + $id)"
            " || repeat('x', $long), range / 3.0, [range::integer, 7] from range($count)",
            {
                "id": self._any_id(),
                "count": self._some(),
                "long": self._chance.choice([0, 5, 50]),
            },
        )

    def _delete(self) -> None:
        first = self._any_id()
        bounds = [first, first + self._some()]
        self.db.execute("delete from digest.numbers where id between ? and ?", bounds)

    def _update(self) -> None:
        values = [self._chance.random(), self._chance.choice([2, 97, 10_007])]
        self.db.execute("update digest.numbers set share = ? where id % ? = 0", values)

    def _replace(self) -> None:
        self.db.execute(
            "insert or replace into digest.named select range + $id, 'y' || $id from range($count)",
            {"id": self._any_id(), "count": min(self._some(), 30_000)},
        )

    def _fold(self) -> None:
        grow(self.db, self._chance.choice([1, 20, 60]), seed=self._any_id())

    def _table(self) -> str:
        return f"digest.made_{self._chance.randrange(3)}"

    def _make_table(self) -> None:
        self.db.execute(
            f"create or replace table {self._table()} as"
            " select * from digest.numbers where id % ? = 0",
            [self._chance.choice([1, 2, 3])],
        )

    def _drop_table(self) -> None:
        self.db.execute(f"drop table if exists {self._table()}")

    def _alter(self) -> None:
        column = f"more_{self._chance.randrange(1 << 40)}"
        self.db.execute(f"alter table digest.numbers add column {column} integer default 3")
        self.db.execute(f"alter table digest.numbers drop column {column}")

    def _insert_long_texts(self) -> None:
        values = [self._any_id(), self._chance.choice([5_000, 300_000, 900_000])]
        self.db.execute(
            "insert into digest.numbers values ($1, repeat($1::text, $2), 1, [])", values
        )

    def _take_back(self) -> None:
        """What is written while a large transaction lasts is given back when it fails."""
        self.db.execute("begin")
        self._insert()
        self.db.execute(
            "insert into digest.numbers select range, 'q' || range, 0, [] from range(250_000)"
        )
        self.db.execute(self._chance.choice(["rollback", "rollback", "commit"]))

    def _vacuum(self) -> None:
        self.db.execute("vacuum")
        self.db.execute("force checkpoint")

    def _begin_to_read(self) -> None:
        if self._chance.random() < 0.5:
            # Or DuckDB makes no checkpoint while it reads.
            self._update()
        table = self._chance.choice(["digest.numbers", "digest.named", "digest.deliveries"])
        reader = self.db.cursor()
        reader.execute(f"select * from {table}").fetchmany(5)
        self._readers.append(reader)

    def _end_to_read(self) -> None:
        if self._readers:
            self._readers.pop(self._chance.randrange(len(self._readers))).close()


def blocks_of(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        file.seek(HEADERS)
        blocks = iter(lambda: file.read(BLOCK), b"")
        return [blake2b(block, digest_size=16).digest() for block in blocks]


@dataclass
class WatchedCopies:
    """What the copies of blocks were told, and whether that was the truth: nothing else may have
    differed. The checksums, which they look at besides, must not have been needed."""

    known: int = 0
    unknown: int = 0
    told: int = 0
    of: int = 0
    untold: list[list[int]] = field(default_factory=list)

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        run = subprocess.run

        def watched(command: list[Any], **options: Any) -> Any:
            if "input" not in options:
                return run(command, **options)
            known, spare = json.loads(options["input"]), Path(command[-1])
            before = blocks_of(spare)
            done = run(command, **options)
            if done.returncode == 0:
                self._compare(known, before, blocks_of(spare), json.loads(done.stdout))
            return done

        monkeypatch.setattr("analytics.publish.spare_file.subprocess.run", watched)

    def _compare(
        self, known: Any, before: list[bytes], after: list[bytes], seen: dict[str, int]
    ) -> None:
        if known is None or known["iteration"] + 1 != seen["iteration"]:
            self.unknown += 1
            return
        self.known += 1
        told = {*known["blocks"], *range(known["count"], len(after))}
        self.told += len(told & {*range(len(after))})
        self.of += len(after)
        differ = {
            number
            for number, block in enumerate(after)
            if number >= len(before) or before[number] != block
        }
        if differ - told:
            self.untold.append(sorted(differ - told))


def live(
    directory: Path,
    monkeypatch: pytest.MonkeyPatch,
    chance: random.Random,
    publications: int,
    reads: bool,
) -> WatchedCopies:
    """A store's life; each publication is the store byte for byte."""
    monkeypatch.setattr("analytics.publish.publisher.shares_blocks", lambda *places: False)
    watched = WatchedCopies()
    watched.watch(monkeypatch)
    store, target = directory / "store.duckdb", directory / "calltouch.duckdb"
    life, publisher = StoreLife(directory, chance, reads), Publisher(store, target, "1.0")
    done: list[str] = []
    for number in range(publications):
        done = [life.change() for _ in range(chance.randrange(1, 4))]
        if chance.random() < 0.05:
            life.reopen()
            publisher.forget()
            done.append("reopen")
        if chance.random() < 0.1:
            life.checkpoint()
            done.append("checkpoint")
        try:
            publisher.publish(life.db)
        except duckdb.TransactionException:
            life.let_go()
            publisher.publish(life.db)
        same = subprocess.run(["cmp", str(store), str(target)], check=False).returncode == 0
        assert same, f"publication {number}, after {done}"
        assert watched.untold == [], f"publication {number}, after {done}"
    life.close()
    publisher.close()
    return watched
