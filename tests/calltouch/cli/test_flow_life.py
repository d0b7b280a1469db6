"""A flow's life on the command line: applied, started, given something, looked at, stopped."""

import json
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import duckdb
import pytest

from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.inbox.delivery import Delivery
from receiver.inbox.writer import InboxWriter
from receiver.process_lock import hold
from tests.outgoing.misbehaving import Misbehaving, misbehaving

DEFINITION = """
title = "Проба"
[source]
kind = "http"
[[steps]]
kind = "http"
name = "crm"
url = "http://127.0.0.1:{port}/{path}"
body.json = '{{"id": "{{{{id}}}}", "key": "{{{{secret.crm}}}}"}}'
"""


@pytest.fixture(scope="module")
def target() -> Iterator[Misbehaving]:
    with misbehaving() as target:
        yield target


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: Misbehaving) -> DataDir:
    target.seen.clear()
    (tmp_path / "calltouch.toml").write_text('[secrets]\ncrm = "TOP-SECRET"\n')
    monkeypatch.setenv("CALLTOUCH_CONFIG", str(tmp_path / "calltouch.toml"))
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CALLTOUCH_PUBLIC_URL", "https://leads.example")
    monkeypatch.setenv("CALLTOUCH_FLOW_ALLOWED_PORTS", str(target.port))
    monkeypatch.setenv("CALLTOUCH_FLOW_ALLOWED_NETWORKS", "127.0.0.1/32")
    (tmp_path / "data" / "flows").mkdir(parents=True)
    return DataDir(tmp_path / "data")


@pytest.fixture
def define(place: DataDir, target: Misbehaving) -> Callable[[str], None]:
    def write(path: str) -> None:
        text = DEFINITION.format(port=target.port, path=path)
        (place.flows / "one.toml").write_text(text)

    return write


def flow(*arguments: str) -> int:
    return main(["flow", *arguments])


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert flow(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def deliver(place: DataDir, *bodies: str) -> None:
    writer = InboxWriter(place.flows_inbox)
    form = "application/x-www-form-urlencoded"
    writer.put_all(
        Delivery("one", "POST", "/flow", b"", body.encode(), form, "192.0.2.1") for body in bodies
    )
    writer.close()


def test_a_flow_is_applied_started_run_and_looked_at(
    place: DataDir,
    define: Callable[[str], None],
    target: Misbehaving,
    capsys: pytest.CaptureFixture[str],
) -> None:
    define("200")
    assert flow("apply") == 0
    assert printed(capsys, "list")[0]["runs"] == "no"
    assert flow("start", "one") == 0
    deliver(place, "id=7")
    assert flow("run", "--once") == 0
    assert target.seen["200"][0].endswith(b'{"id":"7","key":"TOP-SECRET"}')
    (row,) = printed(capsys, "operations")
    assert (row["flow"], row["state"]) == ("one", "done")
    shown = printed(capsys, "operation", str(row["operation_id"]))
    (attempt,) = shown["attempts"]
    assert (attempt["outcome"], attempt["status"]) == ("done", 200)
    assert '{"id":"7","key":"{{secret.crm}}"}' in attempt["request"]
    assert shown["input"]["body"] == "id=7"
    assert "TOP-SECRET" not in json.dumps(shown)


def test_a_wrong_definition_never_replaces_one_that_is_right(
    define: Callable[[str], None], place: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    define("200")
    assert flow("apply") == 0
    define("{{{{oops")
    assert flow("check") == 1
    assert flow("apply") == 1
    assert "oops" not in printed(capsys, "show", "one")["definition"]
    assert flow("apply", "nobody") == 1


def test_what_came_while_it_was_stopped_is_run_or_dropped(
    define: Callable[[str], None], place: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    define("200")
    flow("apply")
    for runs, state in (("--run-held", "done"), ("--drop-held", "dropped")):
        deliver(place, f"id={state}")
        flow("run", "--once")
        assert printed(capsys, "operations", "--last", "1")[0]["state"] == "held"
        assert flow("start", "one", runs) == 0
        flow("run", "--once")
        assert printed(capsys, "operations", "--last", "1")[0]["state"] == state
        assert flow("stop", "one") == 0


def test_nothing_is_dropped_by_a_mere_enter(
    define: Callable[[str], None],
    place: DataDir,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    define("200")
    flow("apply")
    deliver(place, "id=1")
    flow("run", "--once")
    assert flow("start", "one") == 2
    assert "--run-held or --drop-held" in capsys.readouterr().err
    assert [row["state"] for row in printed(capsys, "operations")] == ["held"]
    capsys.readouterr()
    assert flow("list", "--json") == 3, "somebody has to decide"
    assert json.loads(capsys.readouterr().out)[0]["runs"] == "no"
    terminal = StringIO("\n\nrun\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdin", terminal)
    assert flow("start", "one") == 0
    flow("run", "--once")
    assert [row["state"] for row in printed(capsys, "operations")] == ["done"]


def test_every_change_can_be_read_by_programs(
    define: Callable[[str], None],
    place: DataDir,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = printed(capsys, "new", "two", "--template", "tilda-to-calltouch")
    assert made["file"] == str(place.flows / "two.toml")
    assert made["addresses"] == printed(capsys, "url", "two")["addresses"]
    assert printed(capsys, "new", "three", "--template", "lead-to-telegram")["addresses"] == []
    assert printed(capsys, "url", "three")["addresses"] == []
    rotated = printed(capsys, "rotate-key", "two", "--overlap", "0h")["addresses"]
    assert printed(capsys, "url", "two")["addresses"] == rotated
    define("500")
    (applied,) = printed(capsys, "apply", "one")
    assert (applied["flow"], applied["version"], applied["error"]) == ("one", 1, "")
    assert applied["problems"][0]["kind"] == "note"
    started = printed(capsys, "start", "one")
    assert started == {"flow": "one", "running": True, "run": 0, "dropped": 0}
    deliver(place, "id=1")
    flow("run", "--once")
    decided = printed(capsys, "decide", "1", "--drop")
    assert decided == {"operations": [1], "decision": "drop"}
    assert flow("remove", "one", "--json") == 1
    assert "it is running" in json.loads(capsys.readouterr().out)["error"]
    assert printed(capsys, "stop", "one") == {"flow": "one", "running": False}
    assert printed(capsys, "remove", "one")["removed"] is True
    asked = TextIOWrapper(BytesIO(b"http://127.0.0.1/\nlocalhost\n"))
    monkeypatch.setattr("sys.stdin", asked)
    verdicts = [(row["verdict"], row["reason"]) for row in printed(capsys, "guard")]
    assert verdicts == [("block", "port"), ("block", "port")]


def test_operations_are_found_by_what_is_known_of_them(
    define: Callable[[str], None], place: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in ("404", "500"):
        define(path)
        flow("apply", "--yes")
        flow("start", "one")
        deliver(place, "id=1")
        flow("run", "--once")

    def found(*wanted: str) -> list[int]:
        return [row["operation_id"] for row in printed(capsys, "operations", *wanted)]

    assert found() == [2, 1]
    assert found("--status", "404") == found("--reason", "status-404") == [1]
    assert found("--host", "127.0.0.1", "--state", "unknown") == [2]
    assert found("--host", "crm.example.ru") == found("--lead", "7") == []
    assert found("--from", "2026-01-01", "--to", "2099-01-01T10:00") == [2, 1]
    assert found("--to", "2026-01-01") == found("--flow", "two") == []
    assert flow("operations", "--from", "yesterday") == 2


def test_an_operation_reads_as_what_came_and_what_was_sent(
    define: Callable[[str], None], place: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    define("404")
    flow("apply")
    flow("start", "one")
    deliver(place, '{"id": "Анна \x1b[31m"}')
    flow("run", "--once")
    assert printed(capsys, "operation", "1")["input"]["body"] == '{"id": "Анна \x1b[31m"}'
    flow("operation", "1")
    text = capsys.readouterr().out
    assert "state: failed" in text
    assert 'POST\napplication/x-www-form-urlencoded\n\n{"id": "Анна \ufffd[31m"}' in text
    assert "step 1, try 1: refused, status 404" in text
    assert "\x1b" not in text
    assert "nonce" not in text
    flow("sample", "one")
    assert "\x1b" not in capsys.readouterr().out


def test_an_unknown_outcome_waits_for_a_person(
    define: Callable[[str], None], place: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    define("500")
    flow("apply")
    flow("start", "one")
    deliver(place, "id=1", "id=2")
    flow("run", "--once")
    assert [row["state"] for row in printed(capsys, "operations")] == ["unknown", "unknown"]
    assert flow("decide", "1", "2") == 2, "nothing is said of what to do"
    assert flow("decide", "1", "3", "--drop") == 1, "there is no third one, so nothing is changed"
    assert flow("decide", "1", "--drop") == 0
    assert flow("decide", "2", "--was-done") == 0
    flow("run", "--once")
    assert [row["state"] for row in printed(capsys, "operations")] == ["done", "dropped"]
    assert flow("decide", "1", "--again") == 1


def test_the_address_can_be_replaced(
    define: Callable[[str], None], place: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    define("200")
    flow("apply")
    capsys.readouterr()
    flow("url", "one")
    first = capsys.readouterr().out.strip()
    assert first.startswith("https://leads.example/flow/one/")
    flow("rotate-key", "one", "--overlap", "1h")
    second = capsys.readouterr().out.strip()
    flow("url", "one")
    assert capsys.readouterr().out.split() == [second, first]
    keys = json.loads(place.flow_addresses.read_text())["flows"]["one"]["keys"]
    assert [f"https://leads.example/flow/one/{key['key']}" for key in keys] == [second, first]
    assert place.flow_addresses.stat().st_mode & 0o077 == 0
    assert flow("rotate-key", "one", "--overlap", "soon") == 2
    assert flow("url", "nobody") == 1


def test_settle_waits_for_flows_and_for_what_they_did_to_be_published(
    place: DataDir, define: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["settle", "--flows"]) == 0, "without flows it is settle"
    define("200")
    flow("apply")
    flow("start", "one")
    deliver(place, "id=1", "id=2")
    assert main(["settle", "--flows", "--timeout", "30"]) == 0
    with duckdb.connect(str(place.published), read_only=True) as db:
        found = db.execute("select state, attempts from flow_operations").fetchall()
        hosts = db.execute("select host, outcome from flow_attempts").fetchall()
    assert found == [("done", 1)] * 2
    assert hosts == [("127.0.0.1", "done")] * 2
    define("503")
    flow("apply")
    deliver(place, "id=3")
    assert main(["settle", "--flows", "--timeout", "30"]) == 0, "what waits for a retry is not due"
    with duckdb.connect(str(place.published), read_only=True) as db:
        found = db.execute("select state, reason from flow_operations").fetchall()
    assert ("waiting", "status-503") in found


def test_settle_gives_up_when_another_runner_does_not_run_them(
    place: DataDir, define: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    define("200")
    flow("apply")
    flow("start", "one")
    deliver(place, "id=1")
    with hold(place.flows / "flows.lock"):
        assert main(["settle", "--flows", "--timeout", "0.5"]) == 1
    assert "waiting to be taken in by flows; process" in capsys.readouterr().err


def test_the_list_says_whether_a_person_is_needed(
    place: DataDir, define: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Until each is decided, or replayed with success."""
    define("404")
    assert (flow("apply", "one"), flow("start", "one"), flow("list")) == (0, 0, 0)
    deliver(place, "id=1", "id=2")
    assert flow("run", "--once") == 0
    capsys.readouterr()
    assert flow("list", "--json") == 3
    listed = json.loads(capsys.readouterr().out)
    assert [(row["failed"], row["undecided"]) for row in listed] == [(2, 2)]
    define("200")
    assert (flow("apply", "one"), flow("replay", "1"), flow("decide", "2", "--drop")) == (0, 0, 0)
    assert (flow("run", "--once"), flow("list")) == (0, 0)
