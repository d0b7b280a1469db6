"""What several test folders need: the recorded payloads and settings on a temporary directory."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from analytics import store
from analytics.store import StoreFingerprint, open_store
from receiver.inbox.reader import InboxReader, Snapshot
from receiver.inbox.watermark import Watermark
from receiver.inbox.writer import InboxWriter
from receiver.settings.settings import Settings
from tests.faults.rounds import EXTENT, SEED
from tests.made_once import made_once

SAMPLES = Path(__file__).parent / "samples"
FAULTS = SAMPLES.parent / "faults"
ROAD = SAMPLES.parent / "road"
OUTSIDE = {SAMPLES.parent / "deploy" / room for room in ("proxies", "container")}
# What starts a server or a process: it reaches a test as a fixture or by an import of its module.
STARTERS = {
    "api",
    "made_api",
    "make_server",
    "reading",
    "served",
    "serving",
    "site",
    "stand_in",
    "started",
    "subprocess",
}
# What takes many seconds to make: worlds, and stores that are rebuilt from an archive.
DIGEST = SAMPLES.parent / "receiver" / "digest"
WORLDS = {"canary", "small_world", "world"}
# What waits for another process may wait in vain on a busy machine. Such a test has one more go
# and stands in the summary as rerun; rounds of faults have none, for there a rare loss is the find.
WAITING = {"browser", "server"}


def pytest_report_header() -> str:
    return f"faults: {EXTENT} rounds, FAULT_SEED={SEED}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The whole road first: its tests are long, and in the end one process would wait for them."""
    items.sort(key=lambda item: ROAD not in item.path.parents)
    for item in items:
        kinds = set(markers(item))
        for marker in sorted(kinds):
            item.add_marker(marker)
        if kinds & WAITING and FAULTS not in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


def markers(item: pytest.Item) -> Iterator[str]:
    """What `make test-fast` leaves out, told by where a test stands and what it is given."""
    fixtures = set(getattr(item, "fixturenames", ()))
    module = set(vars(getattr(item, "module", None) or object))
    if "browser" in fixtures:
        yield "browser"
    if {ROAD, *OUTSIDE} & {*item.path.parents} or STARTERS & (fixtures | module):
        yield "server"
    is_generated = hasattr(getattr(item, "obj", None), "hypothesis")
    if is_generated or WORLDS & fixtures or DIGEST in item.path.parents:
        yield "slow"


@pytest.fixture(scope="session", autouse=True)
def templates_are_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Most tests of pages make an application of their own, and each would compile its templates
    anew: half of what such a test takes."""
    cache = FileSystemBytecodeCache(str(made_once(tmp_path_factory, "templates", lambda _: None)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": cache})
        yield


@pytest.fixture(scope="session", autouse=True)
def tables_are_copied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hundreds of tests make a store: all the comments on its columns take six times as long to
    write as to copy."""

    def make(directory: Path) -> None:
        open_store(directory / "empty.duckdb", StoreFingerprint("UTC", "")).close()

    empty = made_once(tmp_path_factory, "empty", make) / "empty.duckdb"

    def copy(db: DuckDBPyConnection, fingerprint: StoreFingerprint) -> None:
        (name,) = db.execute("select current_database()").fetchone() or ("",)
        db.execute(f"attach '{empty}' as tables_to_copy (read_only)")
        db.execute(f'copy from database tables_to_copy to "{name}"')
        db.execute("detach tables_to_copy")
        db.execute("delete from digest.basis")
        db.executemany("insert into digest.basis values (?, ?)", fingerprint.rows())
        db.execute("checkpoint")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "_make", copy)
        yield


@pytest.fixture(autouse=True)
def inboxes_end_with_their_test() -> Iterator[None]:
    """Writers and readers that are not closed keep threads and open segments, and a run has
    thousands of them: more than the 1,024 that a process may have open on many machines."""
    used: list[InboxWriter | InboxReader] = []
    start, look = InboxWriter._start, InboxReader.look

    def started(writer: InboxWriter) -> None:
        used.append(writer)
        start(writer)

    def looked(reader: InboxReader, watermark: Watermark | None = None) -> Snapshot:
        used.append(reader)
        return look(reader, watermark)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(InboxWriter, "_start", started)
        patch.setattr(InboxReader, "look", looked)
        yield
    for one in used:
        one.close()


@pytest.fixture
def sample() -> Callable[[str], bytes]:
    """The bytes of a recorded payload, exactly as it lies in tests/samples."""
    return lambda name: (SAMPLES / name).read_bytes()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Defaults, on a data directory of their own, with loopback allowed to send."""
    return Settings.load(
        {
            "CALLTOUCH_DATA_DIR": str(tmp_path / "data"),
            "CALLTOUCH_ALLOWED_NETWORKS": "92.118.66.0/23,127.0.0.0/8",
        }
    )
