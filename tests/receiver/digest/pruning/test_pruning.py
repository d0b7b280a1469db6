"""In the night digest ends what has been kept long enough; the rest, and all numbers, stay."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from analytics.compare import compare
from dashboards.access.audit import Action, AuditEntry, note
from dashboards.access.state import AccessStore
from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from receiver.digest.pruning.plan import PruneRules, plan_of
from receiver.digest.pruning.progress import PruningProgress
from receiver.digest.pruning.work import PruningWork
from receiver.digest.rebuild import rebuild
from receiver.digest.running import Digest
from receiver.erasing.retention import Retention, RetentionClass
from receiver.inbox.delivery import Delivery
from receiver.settings.settings import Settings
from tests.byte_search import Sought, search_directory
from tests.receiver.deliveries import call, delivery, put
from tests.receiver.digest.archive.archives import ask

NOW = datetime.now(UTC)
OLD = NOW - timedelta(days=100)
OLD_PHONE, LATE_PHONE, NEW_PHONE = "79161234567", "79162223344", "79163334455"
OLD_ONES = Sought((OLD_PHONE,), names=("Петрова Анна",), exact=("Звоните вечером",))
NUMBERS = (
    "select lead_type, lead_id, delivery_count, duration, source from leads order by all",
    "select outcome, count(*) from deliveries group by all order by all",
    "select field, count(*) from lead_changes group by all order by all",
    "select count(distinct person), count(distinct canonical_phone) from leads",
    "select lead_id, position, party from lead_comments order by all",
)
COMMENT = "comment[0][comment]"


def put_at(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, moment: datetime, *those: Delivery
) -> None:
    stamp = SimpleNamespace(time_ns=lambda: int(moment.timestamp()) * 10**9)
    with monkeypatch.context() as patched:
        patched.setattr("receiver.inbox.stamps.time", stamp)
        put(settings, those)


def a_call(number: int, moment: datetime, phone: str, **params: str) -> Delivery:
    said = {"callerphone": phone, "source": "yandex", "duration": "12", **params}
    return call(number, int(moment.timestamp()), **said)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Kept for ever until now."""
    made = Settings.load({"CALLTOUCH_DATA_DIR": str(tmp_path / "data")})
    said = {COMMENT: "Звоните вечером", "tags_manual": "vip, Анна Петрова"}
    put_at(
        monkeypatch,
        made,
        OLD,
        a_call(1, OLD, "+7 (916) 123-45-67", fio="Петрова Анна", **said),
        a_call(1, OLD + timedelta(minutes=1), "+7 (916) 123-45-67", rating="5", **said),
        a_call(2, OLD, LATE_PHONE),
        a_call(4, OLD, "89161234567"),
        delivery(b"leadtype=letter&id=5&callerphone=89161234567"),
        delivery("\u0430\u043d\u043e\u043d\u0438\u043c"),
    )
    put_at(
        monkeypatch, made, NOW, a_call(2, NOW, LATE_PHONE, rating="4"), a_call(3, NOW, NEW_PHONE)
    )
    Digest(made).finish()
    with AccessStore(DataDir(made.data_dir).state).changing() as db:
        for at in (OLD, NOW):
            note(db, AuditEntry(at, "anna", "admin", Action.SHOWN, "journal"))
    return made


def pruning(settings: Settings, **days: int) -> Settings:
    changes: dict[str, Any] = {f"keep_{name}_days": count for name, count in days.items()}
    return replace(settings, prune_at=time(0, 0), **changes)


def numbers(settings: Settings) -> list[object]:
    return [ask(settings, one) for one in NUMBERS]


def prune(settings: Settings) -> None:
    Digest(settings).finish()


def test_what_is_due_ends_everywhere_and_nothing_else_does(settings: Settings) -> None:
    before, place = numbers(settings), DataDir(settings.data_dir)
    assert search_directory(place.archive, OLD_ONES)
    prune(pruning(settings, persons=90))
    everybody = replace(OLD_ONES, phones=(OLD_PHONE, LATE_PHONE, NEW_PHONE))
    left = {one.what for one in search_directory(settings.data_dir, everybody)}
    assert left == {LATE_PHONE, NEW_PHONE}
    assert numbers(settings) == before


def test_the_store_is_what_a_rebuild_makes(settings: Settings, tmp_path: Path) -> None:
    on = pruning(settings, persons=90, raw=30, recordings=30)
    prune(on)
    target = tmp_path / "again.duckdb"
    rebuild(on, target)
    names = ("published", "rebuilt")
    comparison = compare(DataDir(on.data_dir).published, target, names)
    assert comparison.is_equal, comparison.examples


def test_a_raw_body_that_has_ended_makes_the_same_leads(settings: Settings) -> None:
    everything = "select * exclude (problems) from deliveries order by delivery_id"
    before = (numbers(settings), ask(settings, everything))
    prune(pruning(settings, raw=30))
    assert (numbers(settings), ask(settings, everything)) == before


def test_a_second_night_has_nothing_to_do(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = pruning(settings, persons=90)
    prune(on)
    archive = {one.name: one.sha256 for one in Archive(DataDir(on.data_dir).archive).entries()}
    kept = PruningProgress.read(DataDir(on.data_dir).pruned)
    replace(kept, day="2020-01-01").keep(DataDir(on.data_dir).pruned)
    monkeypatch.setattr(Digest, "_renew_all", lambda self, anew: pytest.fail("made again"))
    prune(on)
    assert archive == {
        one.name: one.sha256 for one in Archive(DataDir(on.data_dir).archive).entries()
    }


def test_once_a_day_and_only_where_it_is_wanted(settings: Settings) -> None:
    archive = Archive(DataDir(settings.data_dir).archive)
    assert not PruningWork(settings, archive, lambda n: None).is_due()
    on = pruning(settings, persons=90)
    assert PruningWork(on, archive, lambda n: None).is_due()
    prune(on)
    assert not PruningWork(on, archive, lambda n: None).is_due()


@pytest.mark.parametrize("step", ["forget_replaced", "remove_aside"])
def test_a_run_that_was_broken_off_is_finished(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    on = pruning(settings, persons=90)
    with monkeypatch.context() as patched:
        patched.setattr(f"receiver.digest.pruning.work.{step}", killed)
        with pytest.raises(KeyboardInterrupt):
            prune(on)
    assert PruningProgress.read(DataDir(on.data_dir).pruned).is_open
    prune(on)
    assert not PruningProgress.read(DataDir(on.data_dir).pruned).is_open
    assert ask(on, f"select count(*) from leads where canonical_phone = '{OLD_PHONE}'") == [(0,)]
    assert search_directory(DataDir(on.data_dir).archive, OLD_ONES) == []


def test_the_plan_counts_values_and_bytes(settings: Settings) -> None:
    on = pruning(settings, persons=90, transcripts=10)
    place = DataDir(on.data_dir)
    digest = Digest(on)
    rules = PruneRules(Retention.of(on), NOW, bytes(32), {})
    plan = plan_of(digest._db, Archive(place.archive), rules)
    digest._close()
    # Of two calls, three deliveries; and of what was no lead, which has a phone.
    assert sum(plan.files.values()) == 4
    assert [*plan.classes] == [RetentionClass.PERSONS]
    assert plan.classes[RetentionClass.PERSONS].bytes > 4 * len(OLD_PHONE)
    assert json.dumps(plan.files)


def test_old_lines_of_the_access_log_go(settings: Settings) -> None:
    prune(pruning(settings, audit=30))
    with AccessStore(DataDir(settings.data_dir).state).reading() as db:
        assert db.execute("select count(*) from audit").fetchone()[0] == 1
