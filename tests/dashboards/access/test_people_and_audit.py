"""Rules about users, and the contents of the access log."""

import re
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from dashboards.access.audit import Action, AuditEntry, note, read_audit
from dashboards.access.grants import Grant
from dashboards.access.people import (
    InvalidUserName,
    LastAdmin,
    add_user,
    normal_name,
    remove_user,
    set_grant,
)
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from tests.dashboards.access.conftest import PASSWORD, full_disk, try_password
from tests.dashboards.access.signing_in import NO_PASSWORD, sign_in


def test_the_last_admin_stays_unless_forced(access: AccessStore) -> None:
    with access.changing() as db:
        for name, role in (("anna", Role.ADMIN), ("boris", Role.ANALYST)):
            add_user(db, access.clock(), name, role, NO_PASSWORD)
        with pytest.raises(LastAdmin):
            remove_user(db, "anna")
        with pytest.raises(LastAdmin):
            set_grant(db, "anna", Grant(Role.ANALYST))
        set_grant(db, "boris", Grant(Role.ADMIN))
        remove_user(db, "anna")
        remove_user(db, "boris", force=True)


def test_names_that_look_alike_are_one() -> None:
    assert normal_name(" Ａnna@Firm.ru ") == "anna@firm.ru"
    for unfit in ("", " ", "a b", "x" * 65, "a\n", "a\x00b", "<b>", "a/b"):
        with pytest.raises(InvalidUserName):
            normal_name(unfit.replace("a\n", "a\nb"))


def test_the_file_is_its_owners_alone(access: AccessStore, tmp_path: Path) -> None:
    with access.changing() as db:
        add_user(db, access.clock(), "anna", Role.ADMIN, NO_PASSWORD)
        files = list(tmp_path.glob("state.sqlite*"))
        assert len(files) == 3
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_processes_that_start_at_once_wait_for_each_other_and_share_a_key(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    first = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    first.execute("begin immediate")
    end = threading.Timer(0.1, first.rollback)
    end.start()
    with closing(AccessStore(path)) as second, closing(AccessStore(path)) as third:
        assert second.session_key() == third.session_key()
    end.join()
    first.close()


def test_the_audit_says_who_came_and_who_did_not(
    app: Flask, access: AccessStore, anna: str
) -> None:
    client = app.test_client()
    try_password(client, "wrong password")
    try_password(client, PASSWORD)
    with access.reading() as db:
        noted = read_audit(db, None, 10)
    assert [(one.entry.reader, one.entry.action, one.entry.address) for one in noted] == [
        ("anna", Action.SIGNED_IN, "127.0.0.1"),
        ("anna", Action.SIGN_IN_REFUSED, "127.0.0.1"),
    ]


def test_the_audit_is_read_page_by_page_newest_first(app: Flask, access: AccessStore) -> None:
    client = sign_in(app.test_client(), access)
    with access.changing() as db:
        for number in range(205):
            at = access.clock() + timedelta(seconds=number)
            entry = AuditEntry(at, f"<i>{number}", "analyst", Action.SHOWN, "journal", "from=x", 3)
            note(db, entry)
    seen, url = [], "/access/audit"
    while url:
        page = client.get(url).text
        seen.append([int(number) for number in re.findall(r"<bdi>&lt;i&gt;(\d+)", page)])
        older = re.search(r'href="(\?before=\d+)"', page)
        url = f"/access/audit{older[1]}" if older else ""
    assert [len(part) for part in seen] == [100, 100, 5]
    assert [number for part in seen for number in part] == list(range(204, -1, -1))
    assert client.get("/access/audit?before=x").status_code == 400


def test_what_cannot_be_noted_is_not_done(app: Flask, access: AccessStore, anna: str) -> None:
    client = app.test_client()
    client.get("/sign-in")
    with full_disk():
        refused = try_password(client, PASSWORD)
    assert refused.status_code == 503
    assert client.get("/").status_code == 302
    assert try_password(client, PASSWORD).status_code == 303
