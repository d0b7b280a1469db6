"""What a worker knows of the addresses of flows, and when."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import run
from typing import Any

import pytest

from receiver.ingest.flow_addresses import FlowAddresses, flow_in
from receiver.settings.settings import Settings
from tests.receiver.ingest.flow_places import FlowPlace, FlowWorld

KEY = "k" * 22


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/flow/a/b", ("a", "b")),
        ("/flow/a-1/B_-9/", ("a-1", "B_-9")),
        ("/flow/a/b \n", ("a", "b")),
        ("/flow/A/b", None),
        ("/flow/-a/b", None),
        ("/flow/a/b/c", None),
        ("/flow/a/é", None),
        ("/flow/a/", None),
        ("/flows/a/b", None),
        ("/webhook/a", None),
    ],
)
def test_paths(path: str, found: tuple[str, str] | None) -> None:
    assert flow_in(path) == found


class Looking:
    """Addresses whose clock is the test's."""

    def __init__(self, path: Path) -> None:
        self.now = 100.0
        self.path = path
        self.addresses = FlowAddresses(path, lambda: self.now, lambda: 1000.0)

    def knows(self, name: str, key: str = KEY) -> bool:
        return self.addresses.find(name, key) is not None

    def write(self, *names: str, **changes: Any) -> None:
        """By rename, as flows do."""
        partly = self.path.with_suffix(".partly")
        partly.write_text(json.dumps({"flows": {name: described(**changes) for name in names}}))
        partly.replace(self.path)


def described(**changes: Any) -> dict[str, Any]:
    return {
        "keys": [{"key": KEY, "until": None}],
        "methods": ["GET"],
        "max_body_bytes": 100,
        "per_minute": 60,
        "networks": ["192.0.2.0/24"],
        "charset": "utf-8",
        "status": 200,
        "reason": "",
        "headers": [["A", "b"]],
        "body": [{"text": "OK", "is_field": False}],
        **changes,
    }


@pytest.fixture
def looking(tmp_path: Path) -> Looking:
    return Looking(tmp_path / "active.json")


def test_changes_are_seen_within_a_second_and_the_file_is_not_asked_more_often(
    looking: Looking,
) -> None:
    assert not looking.knows("a")
    looking.write("a")
    looking.now += 0.9
    assert not looking.knows("a")
    looking.now += 0.2
    assert looking.knows("a")
    looking.write("b")
    looking.now += 1.1
    assert (looking.knows("a"), looking.knows("b")) == (False, True)


def test_a_file_that_did_not_change_is_not_read_again(
    looking: Looking, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking.write("a")
    assert looking.knows("a")
    monkeypatch.setattr(Path, "read_bytes", pytest.fail)
    looking.now += 5
    assert looking.knows("a")


BROKEN: list[Callable[[bytes], bytes]] = [
    lambda whole: whole[:-40],
    lambda whole: b"",
    lambda whole: b"\xff\xfe",
    lambda whole: b"[]",
    lambda whole: b'{"flows": []}',
    lambda whole: b'{"flows": {"a": null}}',
    lambda whole: b'{"flow": {}}',
    lambda whole: b"[" * 100_000,
    lambda whole: whole.replace(b'"192.0.2.0/24"', b'"192.0.2.1/24"'),
    lambda whole: whole.replace(b'"methods": ["GET"], ', b""),
    lambda whole: whole.replace(b'"status": 200', b'"status": "x"'),
    lambda whole: whole.replace(b'"until": null', b'"until": {}'),
    lambda whole: whole.replace(b'[["A", "b"]]', b'["A"]'),
]


@pytest.mark.parametrize("breaking", BROKEN)
def test_a_broken_file_leaves_in_force_what_was_known_and_says_so_once(
    looking: Looking, breaking: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    looking.write("a")
    assert looking.knows("a")
    looking.write("b", "c")
    looking.path.write_bytes(breaking(looking.path.read_bytes()))
    for _ in range(5):
        looking.now += 2
        assert looking.knows("a")
    assert not looking.addresses.are_unreadable
    assert len(caplog.records) == 1
    assert "the addresses of flows cannot be read" in caplog.text
    assert KEY not in caplog.text
    looking.write("b")
    looking.now += 2
    assert (looking.knows("a"), looking.knows("b")) == (False, True)


def test_a_file_that_is_broken_from_the_start_is_told_from_none(looking: Looking) -> None:
    assert not looking.knows("a")
    assert not looking.addresses.are_unreadable
    looking.path.write_bytes(b"{")
    looking.now += 2
    assert not looking.knows("a")
    assert looking.addresses.are_unreadable
    looking.write("a")
    looking.now += 2
    assert looking.knows("a")
    assert not looking.addresses.are_unreadable


def test_while_no_address_can_be_read_senders_are_told_to_come_again(world: FlowWorld) -> None:
    path = world.apply()
    whole = world.place.flow_addresses.read_bytes()
    world.place.flow_addresses.write_bytes(whole[:50])
    refused = world.send(path)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
    world.place.flow_addresses.write_bytes(whole)
    assert world.send(path).status_code == 200


def test_a_key_is_good_until_its_time(looking: Looking) -> None:
    keys = [{"key": KEY, "until": 1000.5}, {"key": "old", "until": 999.5}]
    looking.write("a", keys=keys)
    assert looking.knows("a")
    assert not looking.knows("a", "old")
    assert not looking.knows("a", "")


def test_the_file_is_for_its_owner_alone_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    flows = FlowPlace(tmp_path)
    for name in ("a", "b"):
        flows.apply(name)
    assert flows.place.flow_addresses.stat().st_mode & 0o077 == 0
    assert [path.name for path in flows.place.flows.glob(".*")] == []


def test_a_worker_with_flows_reaches_no_store(settings: Settings) -> None:
    """Nor without: what it loads is the same. Settings name kinds of alerts and a lake's
    address, which are words."""
    path = FlowPlace(settings.data_dir).apply(answer='body = "{{a}}"')
    code = f"""
import sys
from calltouch.receiver_app import load
receiver = load()
receiver.start()
answer = receiver.app.test_client().post({path!r}, json={{"a": "1"}})
assert (answer.status_code, answer.text) == (200, "1"), answer
print(*(name for name in sys.modules if name.split(".")[0] in
        ("sqlite3", "_sqlite3", "duckdb", "flows", "outgoing", "analytics", "pyarrow")
        and name not in ("analytics", "analytics.alerts", "analytics.alerts.kinds",
                         "analytics.alerts.rule", "analytics.lake", "analytics.lake.address")))
"""
    environ = {"CALLTOUCH_DATA_DIR": str(settings.data_dir), "PYTHONPATH": ":".join(sys.path)}
    done = run([sys.executable, "-c", code], env=environ, capture_output=True, text=True)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr
