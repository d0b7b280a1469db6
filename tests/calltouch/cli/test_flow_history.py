"""A flow is looked at, tried, rehearsed, run again and removed, on the command line."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from calltouch.cli.flow.echo import EchoedRequest, echo_server, print_line, print_text
from flows.store.writer import open_store
from receiver.data_dir import DataDir
from tests.calltouch.cli.test_flow_life import define, deliver, flow, place, printed, target
from tests.outgoing.misbehaving import Misbehaving

__all__ = ["define", "place", "target"]
Define = Callable[[str], None]


def run(place: DataDir, *bodies: str) -> None:
    deliver(place, *bodies)
    assert flow("run", "--once") == 0


@pytest.fixture
def started(place: DataDir, define: Define) -> DataDir:
    define("200")
    assert flow("apply") == 0
    assert flow("start", "one") == 0
    return place


def edit(place: DataDir, old: str, new: str) -> Path:
    path = place.flows / "one.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return path


def test_a_sample_shows_fields_and_the_check_uses_it(
    started: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    assert flow("sample", "one") == 1, "nothing has come yet"
    assert flow("check") == 0
    run(started, "phone=%2B7999&name=Anna")
    sample = printed(capsys, "sample", "one")
    assert sample["origin"] == "operation 1"
    assert sample["fields"] == [
        {"field": "phone", "type": "text", "example": "+7999", "placeholder": "{{phone}}"},
        {"field": "name", "type": "text", "example": "Anna", "placeholder": "{{name}}"},
    ]
    assert flow("check") == 0
    assert "warning: the sample has no field id" in capsys.readouterr().out
    edit(started, 'name = "crm"', 'name = "phone"')
    assert flow("check") == 0
    assert "note: a step's phone hides the phone that comes in" in capsys.readouterr().out


def test_a_sample_tells_what_the_sender_did_not_fill(
    started: DataDir, capsys: pytest.CaptureFixture[str]
) -> None:
    run(started, "client_id=7&appointment_status={appointment.status}}")
    assert printed(capsys, "sample", "one")["notes"] == ["unexpanded: appointment_status"]
    flow("sample", "one")
    assert "note: unexpanded: appointment_status" in capsys.readouterr().out


def test_a_sample_from_a_file_has_what_stands_inside(
    started: DataDir, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "lead.json"
    file.write_text('{"id": 7, "who": {"a b": null, "tags": ["x", "y"]}, "ok": true, "a|b": 1}')
    rows = printed(capsys, "sample", "one", "--from", str(file))["fields"]
    assert [(row["type"], row["placeholder"]) for row in rows] == [
        ("number", "{{id}}"),
        ("null", '{{who["a b"]}}'),
        ("list", "{{who.tags}}"),
        ("text", "{{who.tags[0]}}"),
        ("boolean", "{{ok}}"),
        ("number", ""),
    ]
    capsys.readouterr()
    assert flow("check") == 0
    assert "no field" not in capsys.readouterr().out


def test_the_next_delivery_can_be_waited_for(
    started: DataDir, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(started, "id=1")
    looks: list[float] = []

    def come(seconds: float) -> None:
        if not looks:
            run(started, "id=2")
        looks.append(seconds)

    monkeypatch.setattr("time.sleep", come)
    assert printed(capsys, "sample", "one", "--wait", "60")["fields"][0]["example"] == "2"
    assert len(looks) == 1


def test_a_test_prints_requests_and_sends_nothing(
    started: DataDir, target: Misbehaving, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert flow("test", "one") == 1, "there is no sample"
    file = tmp_path / "lead.json"
    file.write_text('{"id": "x7"}')
    assert flow("sample", "one", "--from", str(file)) == 0
    capsys.readouterr()
    assert flow("test", "one") == 0
    shown = capsys.readouterr().out
    assert f"POST http://127.0.0.1:{target.port}/200" in shown
    assert '{"id":"x7","key":"{{secret.crm}}"}' in shown
    assert "TOP-SECRET" not in shown
    assert target.seen == {}


def test_a_test_stops_at_an_answer_that_is_not_there(
    started: DataDir, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = started.flows / "one.toml"
    path.write_text(
        path.read_text()
        + '[[steps]]\nkind = "http"\nname = "next"\nurl = "https://b.example/{{crm.json.id}}"\n'
        + 'method = "GET"\n'
    )
    fields, answer = tmp_path / "fields.json", tmp_path / "answer.json"
    fields.write_text('{"id": "1"}')
    answer.write_text('{"id": 42}')
    rendering = printed(capsys, "test", "one", "--fields", str(fields))
    assert (rendering["end"], rendering["reason"], rendering["at"]) == ("stopped", "crm", "next")
    given = ("--answer", f"crm={answer}")
    rendering = printed(capsys, "test", "one", "--fields", str(fields), *given)
    assert rendering["end"] == "done"
    assert rendering["steps"][1]["shown"].startswith("GET https://b.example/42\n")
    assert flow("test", "one", "--fields", str(fields), "--answer", "crm") == 2


def test_a_recorded_operation_gives_input_and_answers(
    started: DataDir, target: Misbehaving, capsys: pytest.CaptureFixture[str]
) -> None:
    run(started, "id=5")
    edit(started, '"id": "{{id}}"', '"id": "{{id | required}}!"')
    assert flow("test", "one", "--operation", "1") == 0
    assert '"id":"5!"' in capsys.readouterr().out
    assert flow("test", "one", "--operation", "2") == 1
    assert len(target.seen["200"]) == 1


def test_a_test_can_be_sent_also_while_the_flow_is_stopped(
    started: DataDir, target: Misbehaving, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flow("stop", "one")
    (tmp_path / "body").write_text("id=form")
    assert flow("test", "one", "--fields", str(tmp_path / "body"), "--send") == 0
    assert flow("run", "--once") == 0
    (row,) = printed(capsys, "operations")
    assert row["state"] == "done"
    assert printed(capsys, "operation", "1")["source"] == "test"
    assert target.seen["200"][0].endswith(b'{"id":"form","key":"TOP-SECRET"}')


def test_a_rehearsal_ends_with_3_where_something_would_be_different(
    started: DataDir, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(started, "id=1", "id=2")
    assert printed(capsys, "rehearse", "one")["equal"] == 2
    path = edit(started, "{{id}}", "n{{id}}")
    capsys.readouterr()
    assert flow("rehearse", "one", "--last", "1") == 3
    assert "crm: id: 1 of 1, e.g. '2' → 'n2'" in capsys.readouterr().out
    other = tmp_path / "edited.toml"
    other.write_text(path.read_text())
    assert flow("rehearse", "one", "--with", str(other)) == 3
    assert flow("rehearse", "one", "--from", "2999-01-01") == 0
    assert flow("rehearse", "one", "--from", "soon") == 2
    path.write_text("title = 1")
    assert flow("rehearse", "one") == 1


@pytest.mark.parametrize(("answer", "version"), [(True, 2), (False, 1)])
def test_on_a_terminal_a_change_is_shown_before_it_is_in_force(
    started: DataDir,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    answer: bool,
    version: int,
) -> None:
    run(started, "id=1")
    edit(started, "{{id}}", "n{{id}}")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("click.confirm", lambda text: answer)
    assert flow("apply") == 0
    assert "crm: id: 1 of 1" in capsys.readouterr().out
    assert printed(capsys, "show", "one")["version"] == version
    assert flow("apply", "--yes") == 0
    assert printed(capsys, "show", "one")["version"] == 2


def test_what_failed_is_replayed_once_the_flow_is_mended(
    place: DataDir, define: Define, target: Misbehaving, capsys: pytest.CaptureFixture[str]
) -> None:
    define("404")
    flow("apply")
    flow("start", "one")
    run(place, "id=1", "id=2")
    define("200")
    flow("apply")
    chosen = ("replay", "--flow", "one", "--reason", "status-404", "--host", "127.0.0.1")
    planned = printed(capsys, *chosen, "--plan")
    assert [(row["operation"], row["new"], row["steps"]) for row in planned] == [
        (1, "", "crm"),
        (2, "", "crm"),
    ]
    assert [row["new"] for row in printed(capsys, *chosen)] == [3, 4]
    assert flow("run", "--once") == 0
    assert {row["state"] for row in printed(capsys, "operations", "--last", "2")} == {"done"}
    assert len(target.seen["200"]) == 2
    assert all("replayed already" in row["left_out"] for row in printed(capsys, *chosen))
    assert flow("replay", "3") == 1
    assert flow("replay", "3", "--from-start") == 0
    assert flow("replay") == 2
    assert flow("replay", "1", "2", "--ring-again") == 2
    assert flow("replay", "99") == 1


def test_replays_do_not_come_all_at_once(place: DataDir, define: Define) -> None:
    define("404")
    flow("apply")
    flow("start", "one")
    run(place, *(f"id={number}" for number in range(5)))
    assert flow("replay", "--flow", "one", "--per-second", "2") == 0
    from_store = rows(place, "select due_at from operations where replay_of is not null")
    due = sorted(row[0] for row in from_store)
    assert due[-1] - due[0] == pytest.approx(2.0, abs=0.01)


def rows(place: DataDir, sql: str) -> list[Any]:
    db = open_store(place.flows_store, read_only=True)
    found = db.execute(sql).fetchall()
    db.close()
    return found


def test_versions_and_what_changed(started: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    edit(started, "Проба", "Другая")
    flow("apply")
    assert [row["version"] for row in printed(capsys, "versions", "one")] == [1, 2]
    changes = printed(capsys, "versions", "one", "--diff", "1", "2")["diff"]
    assert '-title = "Проба"' in changes
    assert '+title = "Другая"' in changes
    assert flow("versions", "one", "--diff", "1", "3") == 2
    assert flow("versions", "nobody") == 1


def test_a_flow_is_removed_when_nothing_is_left_to_decide(
    place: DataDir, define: Define, capsys: pytest.CaptureFixture[str]
) -> None:
    define("404")
    flow("apply")
    flow("start", "one")
    run(place, "id=1")
    assert flow("remove", "one") == 1
    assert "flow stop one" in capsys.readouterr().err
    flow("stop", "one")
    assert flow("remove", "one") == 1
    assert "wait for a person" in capsys.readouterr().err
    assert flow("decide", "1", "--drop") == 0
    assert flow("remove", "one") == 0
    assert json.loads(place.flow_addresses.read_text())["flows"] == {}
    assert [path.name for path in place.flows.glob("one.*")] == ["one.toml.removed"]
    assert [row["state"] for row in printed(capsys, "operations")] == ["dropped"]
    assert printed(capsys, "list") == []
    assert flow("remove", "one") == 1
    define("404")
    assert flow("apply") == 0, "it may come back, with another address"
    assert printed(capsys, "show", "one")["version"] == 1


def test_history_is_pruned(started: DataDir, capsys: pytest.CaptureFixture[str]) -> None:
    run(started, "id=1")
    assert printed(capsys, "prune", "--dry-run")["bodies"] == 0
    db_changed(started, "update operations set finished_at = '2020-01-01'")
    assert printed(capsys, "prune", "--dry-run")["operations"] == 1
    assert flow("prune") == 0
    assert printed(capsys, "operations") == []


def db_changed(place: DataDir, sql: str) -> None:
    db = open_store(place.flows_store)
    db.execute(sql)
    db.close()


def test_an_echo_shows_what_it_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    shown: list[EchoedRequest] = []
    with echo_server(0, 201, shown.append) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/a?b=1"
        answer = requests.post(url, data="тело".encode(), headers={"X-A": "1"}, timeout=5)
        assert requests.head(url, timeout=5).status_code == 201
        server.shutdown()
    assert (answer.status_code, answer.json()) == (201, {"ok": True})
    print_text(shown[0])
    text = capsys.readouterr().out
    assert text.startswith("POST /a?b=1 HTTP/1.1\n")
    assert "X-A: 1\n" in text
    assert text.endswith("\n\nтело\n\n")
    print_line(shown[0])
    described = json.loads(capsys.readouterr().out)
    assert (described["method"], described["path"]) == ("POST", "/a?b=1")
    assert (described["headers"]["X-A"], described["body"]) == ("1", "тело")
