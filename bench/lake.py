"""What a lake costs above the file: python -m bench.lake DIR --store ducklake:postgres:… --data DIR

The same leads in a file and in a lake, which is made for it in an empty database: size, 16 reports
over a month and over two years, some pages, and the fold of new deliveries batch by batch. File and
lake take turns; what counts is the ratio of their medians. Answers are compared. It needs the extra
`lake`; the password is read from CALLTOUCH_STORE_PASSWORD.
"""

import os
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.fold import DECODED, fold
from analytics.lake.address import LakeAddress, lake_address
from analytics.lake.catalog import LakeState, catalog_of
from analytics.lake.published_lake import PublishedLake
from analytics.lake.store import open_lake
from analytics.published_file import Published, PublishedFile
from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from analytics.reports.registry import report_named
from analytics.store import StoreFingerprint, open_store, transaction
from bench.big_store import make_big_store
from bench.machine import machine, median, write_json
from bench.reports import LAST, MEASURED, NOW, PERIODS, ZONE, Measured
from calltouch.app import gate, page_settings
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from dashboards.access.tokens import create_token
from dashboards.app import create_dashboards
from dashboards.pages.register import PAGES
from receiver.data_dir import DataDir
from receiver.decode import decode
from receiver.digest.stores.migrating import into_lake
from receiver.settings.settings import Settings
from simulator.webhooks.configured import usual_webhooks
from simulator.webhooks.form_encoding import CONTENT_TYPE
from simulator.webhooks.sendings import sendings
from simulator.world import World

_BATCH, _BATCHES = 1_000, 5
_QUERY = "from=2026-10-22&to=2026-11-20"
_PAGES = ("overview", "attribution", "quality", "tags", "uniqueness", "journal")

Pair = tuple[float, float]
"""Of the file, then of the lake, in milliseconds."""


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.lake", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--store", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    address = lake_address(asked.store, asked.data, os.environ.get("CALLTOUCH_STORE_PASSWORD"))
    source = PublishedFile(make_big_store(asked.directory, asked.leads))
    lake = PublishedLake(address, source.file)
    _fill(source.file, address)
    sizes = source.size(), lake.size()
    print(f"{asked.leads:,} leads: size {sizes[1] / sizes[0]:.2f} of the file's")
    readers = Published(source), Published(lake)
    found = {
        "machine": machine(),
        "leads": asked.leads,
        "bytes": sizes,
        "reports": _reports(readers, asked),
        "pages": _pages(readers, asked),
        "fold": _fold(address),
    }
    write_json(asked.json, found)


def _fill(file: Path, address: LakeAddress) -> None:
    started = time.monotonic()
    with TemporaryDirectory(dir=file.parent) as directory:
        place = DataDir(Path(directory))
        os.link(file, place.store)
        into_lake(place, address)
    print(f"copied in {time.monotonic() - started:.0f} s")


def _reports(readers: tuple[Published, Published], asked: Namespace) -> dict[str, Any]:
    return {
        name: {
            one.report: _told(
                f"{one.report}, {name}",
                _in_turn(
                    [_asking(reader, one, Filters(first, LAST)) for reader in readers],
                    asked.rounds,
                ),
            )
            for one in MEASURED
        }
        for name, first in PERIODS.items()
    }


def _asking(reader: Published, one: Measured, filters: Filters) -> Callable[[], object]:
    given = {"groups": one.groups} if one.groups else {}
    question = Question(report_named(one.report), filters, ZONE, NOW, options=one.options, **given)

    def answered() -> object:
        with reader.reading() as db:
            return sorted(map(repr, ask(db, question).rows))

    return answered


def _pages(readers: tuple[Published, Published], asked: Namespace) -> dict[str, Pair]:
    settings = Settings.load({"CALLTOUCH_DATA_DIR": str(asked.directory)})
    with AccessStore(DataDir(settings.data_dir).state).changing() as db:
        _, token = create_token(db, datetime.now(UTC), Role.ADMIN, "bench")
    headers = {"Authorization": f"Bearer {token}"}
    apps = [create_dashboards(one, page_settings(settings), gate(settings)) for one in readers]
    paths = [page.path for page in PAGES if page.name in _PAGES]

    def opening(number: int, path: str) -> Callable[[], object]:
        def opened() -> object:
            page = apps[number].test_client().get(f"{path}?{_QUERY}", headers=headers)
            assert page.status_code == 200
            return page.text.count("<td")

        return opened

    return {
        path: _told(path, _in_turn([opening(number, path) for number in (0, 1)], asked.rounds))
        for path in paths
    }


def _fold(address: LakeAddress) -> Pair:
    """Both begin empty; the lake is another one of the same catalogue."""
    made_with, batches = StoreFingerprint(ZONE, "bench"), list(_batches())
    with TemporaryDirectory() as directory, catalog_of(address) as catalog:
        place = catalog.new()
        stores = (
            open_store(Path(directory) / "store.duckdb", made_with),
            open_lake(address, place, made_with),
        )
        times: list[Pair] = []
        for batch in batches:
            file, lake = (_folded(db, batch) for db in stores)
            times.append((file, lake))
        for db in stores:
            db.close()
        catalog.note(place, LakeState.OLD)
    medians = median([one for one, _ in times]), median([other for _, other in times])
    return _told(f"fold of {_BATCH} deliveries", medians)


def _folded(db: DuckDBPyConnection, batch: pa.Table) -> float:
    """Of processor time: a lake waits for PostgreSQL besides."""
    started = time.process_time()
    with transaction(db):
        fold(db, batch)
    return (time.process_time() - started) * 1000


def _batches() -> Iterator[pa.Table]:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    world = World(now, leads=_BATCH * _BATCHES // 2, days=60)
    sent = enumerate(sendings(world, usual_webhooks()), 1)
    for _ in range(_BATCHES):
        rows = [_row(*one) for one in islice(sent, _BATCH)]
        yield pa.Table.from_pylist(rows, schema=DECODED)


def _row(number: int, sending: Any) -> dict[str, Any]:
    params = decode(sending.query, sending.body, CONTENT_TYPE, {}).params
    return {
        "delivery_id": number,
        "received_at": datetime.fromtimestamp(sending.sent_at + 1, UTC),
        "webhook": sending.webhook,
        "origin": "webhook",
        "method": sending.method,
        "source_ip": "92.118.66.7",
        "problems": [],
        "is_empty": False,
        "params": orjson.dumps(params).decode(),
    }


def _in_turn(asking: list[Callable[[], object]], rounds: int) -> Pair:
    """Medians, the first round aside, in which both must say the same."""
    first = [ask_one() for ask_one in asking]
    assert first[0] == first[1]
    times: list[list[float]] = [[], []]
    for _ in range(rounds):
        for ask_one, taken in zip(asking, times, strict=True):
            started = time.perf_counter()
            ask_one()
            taken.append((time.perf_counter() - started) * 1000)
    return median(times[0]), median(times[1])


def _told(what: str, pair: Pair) -> Pair:
    file, lake = pair
    print(f"{what:44} | {file:7.0f} | {lake:7.0f} | {lake / file:5.2f}", flush=True)
    return pair


if __name__ == "__main__":
    main()
