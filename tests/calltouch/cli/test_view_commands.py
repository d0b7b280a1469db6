"""`calltouch view` and `calltouch guest`: by the same code as the pages."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from calltouch.cli import main
from dashboards.access.audit import Action, read_audit
from dashboards.access.people import add_user
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from dashboards.views.guest_links import GuestLink, make_link, open_link
from dashboards.views.saved import kept_by, pin_view, save_view
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings
from tests.dashboards.access.signing_in import NO_PASSWORD


@pytest.fixture
def access(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[AccessStore]:
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(settings.data_dir))
    with closing(AccessStore(DataDir(settings.data_dir).state)) as access:
        with access.changing() as db:
            add_user(db, access.clock(), "anna", Role.ANALYST, NO_PASSWORD)
        yield access


def test_views_are_listed_and_deleted(
    access: AccessStore, capsys: pytest.CaptureFixture[str]
) -> None:
    with access.changing() as db:
        view_id = save_view(
            db, access.clock(), "anna", "Неделя", "journal", "period=7d", is_team=True
        )
        pin_view(db, "boris", view_id, is_pinned=True)
    assert main(["view", "list", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["owner"], row["name"], row["query"]) == ("anna", "Неделя", "period=7d")
    assert main(["view", "list"]) == 0
    assert "Неделя" in capsys.readouterr().out
    assert main(["view", "delete", f"{view_id}", "--dry-run"]) == 0
    assert main(["view", "delete", f"{view_id}"]) == 0
    assert main(["view", "delete", f"{view_id}"]) == 1
    assert "calltouch view list" in capsys.readouterr().err
    with access.reading() as db:
        assert (kept_by(db, "anna").views, kept_by(db, "boris").pinned) == ((), frozenset())
        assert [one.entry.action for one in read_audit(db, None, 9)] == [Action.VIEW_DELETED]


def test_guest_links_are_listed_and_revoked(
    access: AccessStore, capsys: pytest.CaptureFixture[str]
) -> None:
    now = access.clock()
    link = GuestLink(
        *(0, "anna", "journal", "period=7d", "", "для агентства", False, False),
        *(now, now + timedelta(days=30)),
    )
    with access.changing() as db:
        link_id, secret = make_link(db, link)
        assert open_link(db, now, secret) is not None
    assert main(["guest", "list", "--json"]) == 0
    said = capsys.readouterr().out
    (row,) = json.loads(said)
    assert (row["link_id"], row["maker"], row["works"], row["openings"]) == (1, "anna", True, 0)
    assert secret not in said
    assert main(["guest", "list"]) == 0
    assert "для агентства" in capsys.readouterr().out
    assert main(["guest", "revoke", f"{link_id}"]) == 0
    assert main(["guest", "revoke", f"{link_id}"]) == 1
    with access.reading() as db:
        assert open_link(db, now, secret) is None
        assert [one.entry.action for one in read_audit(db, None, 9)] == [Action.GUEST_LINK_REVOKED]
