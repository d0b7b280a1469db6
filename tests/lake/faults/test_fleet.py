"""Hosts that ship, one that takes, two digests, a lake on S3 and somebody who reads it, while
everything is killed or away: what was acknowledged is there once, and as one machine has it."""

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import pytest
import requests

from analytics.compare import compare
from analytics.lake.address import PREFIX, LakeAddress
from receiver.digest.rebuild import rebuild
from receiver.settings.settings import Settings
from tests.faults.load import Load
from tests.faults.rounds import FULL, chance
from tests.faults.shipping.fleet import CENTER, Fleet, fleet_of
from tests.faults.shipping.test_hosts import settled, strike
from tests.faults.table import record
from tests.lake.lakes import asked, attaching
from tests.postgres import PASSWORD, postgres_server
from tests.road.server import Server, signed_in
from tests.s3 import S3Server, s3_server

AWAY_SECONDS = 60.0 if FULL else 5.0
NOBODY_THERE = "nobody there"
ON_ANY_STORE = ("shipper of anna", "receiver of boris", "taker", "PostgreSQL")


@dataclass
class PageReader:
    """Asks for a page without a pause. `answers`: how often which status, or error, came."""

    center: Server
    answers: Counter[str] = field(default_factory=Counter)
    stopping: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "PageReader":
        self._session = signed_in(self.center.dashboards, self.center.data_dir)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stopping.set()
        self._thread.join(120)

    def _read(self) -> None:
        while not self.stopping.wait(0.2):
            try:
                answer = self._session.get(f"{self.center.dashboards}/data", timeout=60)
                self.answers[str(answer.status_code)] += 1
            except requests.ConnectionError:
                self.answers[NOBODY_THERE] += 1


@dataclass
class Standby:
    """A second digest of the center; there is always one."""

    center: Server
    process: "subprocess.Popen[bytes] | None" = None

    def ensure(self) -> None:
        if self.process is None or self.process.poll() is not None:
            command = [sys.executable, "-m", "calltouch.cli", "digest"]
            self.process = subprocess.Popen(
                command, env=dict(self.center.environ), stderr=subprocess.DEVNULL
            )

    def __enter__(self) -> "Standby":
        self.ensure()
        return self

    def __exit__(self, *error: object) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(60)


def strike_at(place: "Place", name: str) -> int:
    """Returns how many processes were killed."""
    if name == "S3":
        place.s3.stop()
        threading.Event().wait(AWAY_SECONDS)
        place.s3.start()
        return 0
    if name == "dashboards":
        return place.fleet.kill(CENTER, "calltouch.dashboards_app")
    if name == "both digests":
        killed = place.fleet.kill(CENTER, "calltouch.cli digest")
        place.standby.ensure()
        return killed
    return strike(place.fleet, name)


def lake_settings(address: LakeAddress) -> dict[str, str]:
    return {
        "CALLTOUCH_STORE": PREFIX + address.catalog,
        "CALLTOUCH_STORE_DATA": address.data,
        "CALLTOUCH_STORE_PASSWORD": PASSWORD,
    }


@dataclass(frozen=True, slots=True)
class Place:
    """All that is there while the load goes on."""

    fleet: Fleet
    s3: S3Server
    address: LakeAddress
    standby: Standby
    reader: PageReader

    @property
    def center(self) -> Server:
        return self.fleet.servers[CENTER]

    def digested(self) -> dict[int, int]:
        """How often each lead's delivery is in the lake."""
        query = "select lead_id, count(*) from deliveries group by lead_id"
        return {int(lead): int(times) for lead, times in asked(self.address, query)}

    def is_as_of_one_machine(self, aside: Path) -> bool:
        """Row for row, as a file that is made of the same log."""
        rebuild(replace(Settings.load(self.center.environ), store=None), aside)
        return compare(attaching(self.address), aside, ("lake", "file")).is_equal


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server())
        s3 = stack.enter_context(s3_server("leads"))
        for name, value in s3.environ.items():
            monkeypatch.setenv(name, value)
        address = LakeAddress(postgres.new_database(), "s3://leads/lake", PASSWORD)
        store = lake_settings(address)
        fleet = stack.enter_context(fleet_of(tmp_path, postgres, **store, **s3.environ))
        standby = stack.enter_context(Standby(fleet.servers[CENTER]))
        reader = stack.enter_context(PageReader(fleet.servers[CENTER]))
        yield Place(fleet, s3, address, standby, reader)


def test_everything_is_killed_or_away(place: Place, tmp_path: Path) -> None:
    luck, numbers, kills = chance("fleet on a lake"), count(1), 0
    loads = [Load(server.receiver, 1, numbers=numbers) for server in place.fleet.servers.values()]
    with ExitStack() as stack:
        for load in loads:
            stack.enter_context(load)
        for _ in range(20 if FULL else 1):
            names = [*ON_ANY_STORE, "both digests", "dashboards", "S3"]
            luck.shuffle(names)
            for name in names:
                threading.Event().wait(luck.uniform(0.5, 2.0))
                kills += strike_at(place, name)
    settled(place.fleet)
    found = place.digested()
    acknowledged = {number for load in loads for number in load.acknowledged}
    lost, twice = len(acknowledged - {*found}), sum(times > 1 for times in found.values())
    record(
        "many hosts on a lake: kill -9 of everything",
        kills=kills,
        acknowledged=len(acknowledged),
        lost=lost,
        twice=twice,
        pages=place.reader.answers["200"],
        pages_503=place.reader.answers["503"],
    )
    assert (lost, twice) == (0, 0)
    assert len(acknowledged) > 100
    assert place.reader.answers["200"] > 3
    assert {*place.reader.answers} <= {"200", "503", NOBODY_THERE}, place.reader.answers
    assert place.is_as_of_one_machine(tmp_path / "aside.duckdb")
