"""`calltouch user` and `calltouch token`: what they change, print and refuse."""

import io
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from calltouch.cli import main
from dashboards.access.audit import COMMAND_LINE, Action, read_audit
from dashboards.access.people import list_users
from dashboards.access.roles import Reader, Role
from dashboards.access.sign_in.passwords import is_right
from dashboards.access.state import AccessStore
from dashboards.access.tokens import list_tokens, reader_with
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings

Type = Callable[[str], None]


@pytest.fixture(autouse=True)
def of_its_own(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("CALLTOUCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(settings.data_dir))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def access(settings: Settings) -> Iterator[AccessStore]:
    with closing(AccessStore(DataDir(settings.data_dir).state)) as access:
        yield access


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Type:
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_times_are_listed_to_the_minute_in_the_configured_zone(
    access: AccessStore,
    stdin: Type,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CALLTOUCH_TIMEZONE", "Asia/Vladivostok")
    stdin("long enough\n")
    assert main(["user", "add", "anna", "--role", "admin"]) == 0
    assert main(["token", "create", "--role", "viewer", "--name", "crm"]) == 0
    with access.reading() as db:
        created = list_users(db)[0].created_at.astimezone(ZoneInfo("Asia/Vladivostok"))
    for command in ("user", "token"):
        capsys.readouterr()
        assert main([command, "list"]) == 0
        line = capsys.readouterr().out.splitlines()[1]
        assert re.search(rf"{created:%Y-%m-%d %H}:\d\d(  never)?$", line), line


def test_users_come_change_and_go(
    access: AccessStore, stdin: Type, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, role in (("Anna", "admin"), ("boris", "viewer")):
        stdin("long enough\r\nnot this\n")
        assert main(["user", "add", name, "--role", role]) == 0
    stdin("another one\n")
    assert main(["user", "password", "boris"]) == 0
    assert main(["user", "role", "boris", "analyst"]) == 0
    capsys.readouterr()
    assert main(["user", "list", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [(row["name"], row["role"]) for row in printed] == [
        ("anna", "admin"),
        ("boris", "analyst"),
    ]
    with access.reading() as db:
        anna, boris = list_users(db)
    assert is_right("long enough", anna.password_hash)
    assert is_right("another one", boris.password_hash)
    assert main(["user", "remove", "boris"]) == 0
    with access.reading() as db:
        assert [user.name for user in list_users(db)] == ["anna"]
        noted = [one.entry for one in read_audit(db, None, 9)]
    assert {entry.reader for entry in noted} == {COMMAND_LINE}
    assert [(entry.action, entry.report) for entry in noted][:3] == [
        (Action.USER_REMOVED, "boris"),
        (Action.ROLE_CHANGED, "boris"),
        (Action.PASSWORD_CHANGED, "boris"),
    ]


def test_what_cannot_be_done_is_said_and_changes_nothing(
    access: AccessStore, stdin: Type, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin("long enough\n")
    assert main(["user", "add", "anna", "--role", "admin"]) == 0
    for arguments, typed, exit_code, said in (
        (["add", "ANNA", "--role", "viewer"], "long enough", 1, "already"),
        (["add", "boris", "--role", "viewer"], "short", 1, "at least 10"),
        (["add", "a b", "--role", "viewer"], "long enough", 1, "a name is"),
        (["add", "boris", "--role", "king"], "long enough", 2, "king"),
        (["add", "boris"], "long enough", 2, "--role"),
        (["remove", "boris"], "", 1, "no user boris"),
        (["password", "boris"], "long enough", 1, "no user boris"),
        (["role", "boris", "admin"], "", 1, "no user boris"),
        (["remove", "anna"], "", 1, "last admin"),
        (["role", "anna", "viewer"], "", 1, "last admin"),
    ):
        stdin(typed + "\n")
        assert main(["user", *arguments]) == exit_code, arguments
        assert said in capsys.readouterr().err
    with access.reading() as db:
        assert [(user.name, user.role) for user in list_users(db)] == [("anna", Role.ADMIN)]
        assert len(read_audit(db, None, 9)) == 1
    assert main(["user", "role", "anna", "viewer", "--force"]) == 0
    assert main(["user", "remove", "anna"]) == 0


def test_a_dry_run_checks_and_changes_nothing(
    settings: Settings, access: AccessStore, stdin: Type, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin("long enough\n")
    assert main(["user", "add", "anna", "--role", "admin", "--dry-run"]) == 0
    assert main(["token", "create", "--role", "admin", "--dry-run"]) == 0
    assert capsys.readouterr().out == ""
    assert not settings.data_dir.exists()
    stdin("long enough\n")
    assert main(["user", "add", "anna", "--role", "admin"]) == 0
    assert main(["user", "remove", "anna", "--dry-run"]) == 1
    assert main(["user", "remove", "anna", "--force", "--dry-run"]) == 0
    assert "would have" in capsys.readouterr().err
    with access.reading() as db:
        assert len(list_users(db)) == len(read_audit(db, None, 9)) == 1


def test_a_token_is_printed_once_and_alone(
    access: AccessStore, capsys: pytest.CaptureFixture[str]
) -> None:
    tokens = []
    for name in ([], [], ["--name", "crm"]):
        assert main(["token", "create", "--role", "analyst", *name]) == 0
        out = capsys.readouterr().out
        assert out == out.strip() + "\n"
        tokens.append(out.strip())
    assert main(["token", "create", "--role", "viewer", "--name", "crm"]) == 1
    with access.reading() as db:
        readers = [reader_with(db, access.clock(), token) for token in tokens]
    names = ["analyst-1", "analyst-2", "crm"]
    assert readers == [Reader(name, Role.ANALYST, is_token=True) for name in names]
    assert main(["token", "revoke", "analyst-1"]) == 0
    assert main(["token", "revoke", "analyst-1"]) == 1
    capsys.readouterr()
    assert main(["token", "list", "--json"]) == 0
    printed = capsys.readouterr().out
    assert [row["name"] for row in json.loads(printed)] == names[1:]
    assert not any(token in printed for token in tokens)
    assert main(["token", "list"]) == 0
    with access.reading() as db:
        assert reader_with(db, access.clock(), tokens[0]) is None


def test_rights_are_given_and_taken_by_command(
    access: AccessStore, stdin: Type, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin("long enough\n")
    assert main(["user", "add", "anna", "--role", "analyst", "--sites", "11, 7"]) == 0
    stdin("long enough\n")
    assert main(["user", "add", "olga", "--role", "manager", "--manager", "Ольга П."]) == 0
    assert main(["token", "create", "--role", "viewer", "--sites", "7", "--days", "30"]) == 0
    with access.reading() as db:
        anna, olga = list_users(db)
        (token,) = list_tokens(db)
    assert anna.reader.sites == frozenset({7, 11})
    assert olga.reader.manager == "Ольга П."
    assert token.grant.rights.sites == frozenset({7})
    assert token.expires_at is not None
    for unfit in (
        ["user", "role", "anna", "admin", "--sites", "7"],
        ["user", "role", "anna", "manager"],
        ["user", "role", "anna", "viewer", "--manager", "Ольга П."],
        ["user", "role", "anna", "viewer", "--sites", "seven"],
        ["token", "create", "--role", "manager"],
    ):
        assert main(unfit) == 1, unfit
    assert main(["user", "role", "anna", "viewer"]) == 0
    with access.reading() as db:
        assert list_users(db)[0].reader.sites == frozenset({7, 11}), "no role lifts limits"
    assert main(["user", "role", "anna", "analyst", "--all-sites"]) == 0
    with access.reading() as db:
        assert list_users(db)[0].reader.sites is None
        noted = read_audit(db, None, 9)
    assert [(one.entry.action, one.entry.query) for one in noted][:2] == [
        (Action.ROLE_CHANGED, "role=analyst"),
        (Action.ROLE_CHANGED, "role=viewer&sites=7%2C11"),
    ]
