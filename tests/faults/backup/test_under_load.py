"""Backups of a real server under load, whose digest and runner move everything all the time: what
was accepted before a backup began is in it, and what is restored from it is whole."""

import json
import os
import re
from collections import Counter
from contextlib import closing
from itertools import count
from pathlib import Path

import requests

from dashboards.access.state import AccessStore
from dashboards.views.saved import list_views, save_view
from receiver.backup.restoring import choose_backup, differences
from receiver.backup.shelf import BackupShelf
from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from tests.faults.flows.flow_load import FlowLoad, begin_flow, environment, rows_of
from tests.faults.flows.target import recording
from tests.faults.load import Load
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.receiver.backup.installation import ids_in
from tests.road.server import Server, serving, signed_in, wait_until

_ROOT = Path(__file__).parents[3]
_RESTLESS = {
    "PYTHONPATH": os.pathsep.join((str(_ROOT / "tests/faults/sabotage"), str(_ROOT))),
    "SABOTAGE": "restless",
}
_VIEW = ("Мои пропущенные", "journal", "f.source=yandex")


def test_what_was_accepted_before_a_backup_began_is_in_it(tmp_path: Path) -> None:
    luck, data_dir, backups = chance("backup"), tmp_path / "data", tmp_path / "backups"
    with recording(0.001) as target:
        path = begin_flow(data_dir, target)
        daily = {"CALLTOUCH_BACKUP_TO": str(tmp_path / "daily"), "CALLTOUCH_BACKUP_AT": "00:00"}
        with serving(data_dir, **environment(target), **_RESTLESS, **daily) as server:
            session, archived = signed_in(server.dashboards, data_dir), [0]
            _save_view(server, session)
            with (
                Load(server.receiver, clients=4) as load,
                FlowLoad(server.receiver, path, 2, target, count(1)) as flow_load,
            ):
                for number in range(1, rounds(2, 20) + 1):
                    wanted = 150 * number + luck.randrange(150)
                    wait_until(lambda wanted=wanted: len(load.acknowledged) > wanted, 60)  # type: ignore[misc]
                    wait_until(lambda: has_archived_more(data_dir, archived), 60)
                    leads, operations = {*load.acknowledged}, {*flow_load.acknowledged}
                    made = server.calltouch("backup", "--to", str(backups), "--json")
                    assert made.returncode == 0, made.stderr
                    newest = choose_backup(backups)
                    assert differences(newest, lambda done: None) == []
                    counted = Counter(ids_in(newest.path / "data"))
                    lost, twice = len(leads - {*counted}), _twice(counted)
                    record("T-60 backup under load", accepted=len(leads), lost=lost, twice=twice)
                    assert (lost, twice) == (0, 0)
                    archived.append(Archive(DataDir(newest.path / "data").archive).last_id())
            wait_until(BackupShelf(tmp_path / "daily").whole, 60)
            told = requests.get(f"{server.dashboards}/metrics", timeout=60).text
            assert re.search(r"^calltouch_backup_age_seconds \d", told, re.MULTILINE)
            new = tmp_path / "new"
            restored = server.calltouch(
                "restore", "--from", str(backups), "--to", str(new), "--json", timeout=300
            )
        assert restored.returncode == 0, restored.stdout + restored.stderr
        assert json.loads(restored.stdout)["differing_days"] == []
        _check_restored(new, session, leads, operations)


def _save_view(server: Server, session: requests.Session) -> None:
    """What was done in the browser before any of the backups."""
    assert session.get(f"{server.dashboards}/journal", timeout=60).status_code == 200
    access = AccessStore(server.data_dir / "state.sqlite")
    with closing(access), access.changing() as db:
        save_view(db, access.clock(), "admin", *_VIEW, is_team=False)


def has_archived_more(data_dir: Path, archived: list[int]) -> bool:
    """Than the last backup has: digest moves what it copies."""
    return Archive(DataDir(data_dir).archive).last_id() > archived[-1]


def _twice(counted: Counter[int]) -> int:
    """A resent delivery would be another one; these were sent once each."""
    return sum(times > 1 for times in counted.values())


def _check_restored(
    new: Path, session: requests.Session, leads: set[int], operations: set[int]
) -> None:
    rows = rows_of(new)
    doubled = sum(len(ids) > 1 for ids in rows.operations.values())
    unfinished = {*rows.states.values()} & {"waiting", "running", "behind"}
    record("T-60 flows restored", accepted=len(operations), doubled=doubled)
    assert (operations - {*rows.operations}, doubled, unfinished) == (set(), 0, set())
    with closing(AccessStore(new / "state.sqlite")) as access, access.reading() as db:
        assert [(one.name, one.page, one.query) for one in list_views(db, "admin")] == [_VIEW]
        assert db.execute("select count(*) from audit").fetchone()[0] > 0
    with serving(new) as server:
        again = requests.get(
            f"{server.dashboards}/journal",
            cookies=session.cookies,
            allow_redirects=False,
            timeout=60,
        )
        assert again.status_code == 200, "who was signed in still is"
        verified = server.calltouch("rebuild", "--verify", timeout=300)
        assert verified.returncode == 0, verified.stdout + verified.stderr
        (calls,) = server.ask("select count(distinct lead_id) from deliveries")
        assert int(calls[0]) >= len(leads)
        listed = server.calltouch("flow", "list", "--json")
        assert [one["runs"] for one in json.loads(listed.stdout)] == ["no"]
    assert BackupShelf(new).whole() == []
