"""Inbox to published file, in one process; the processes together are in tests/road."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analytics.fold import IncomingBatch, Progress, fold_incoming
from analytics.publish import publisher
from analytics.publish.publisher import PublishPace
from analytics.store import SCHEMA_VERSION
from receiver.data_dir import DataDir
from receiver.digest import disk_room
from receiver.digest import running as running_module
from receiver.digest.archive.archive import Archive
from receiver.digest.running import Digest
from receiver.digest.settle import NotSettled, settle
from receiver.inbox.writer import InboxWriter
from receiver.process_lock import DigestRunning, digest_holder, digest_lock
from receiver.settings.settings import Settings, WebhookSettings
from tests.receiver.deliveries import call, delivery, put


def ask(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(DataDir(settings.data_dir).published), read_only=True) as db:
        return db.execute(query).fetchall()


def digest_once(settings: Settings) -> None:
    Digest(settings).finish()


def test_it_works(settings: Settings) -> None:
    put(settings, [call(1), call(2), call(1, sent=1695673790, status="successful")])
    digest_once(settings)
    assert ask(settings, "select lead_id, status, delivery_count from leads order by all") == [
        (1, "successful", 2),
        (2, None, 1),
    ]
    assert ask(settings, "select last_delivery_id, schema_version from freshness") == [
        (3, SCHEMA_VERSION)
    ]


def test_without_any_delivery_there_is_an_empty_file(settings: Settings) -> None:
    digest_once(settings)
    assert ask(settings, "select count(*) from leads") == [(0,)]
    assert ask(settings, "select last_delivery_id, last_received_at from freshness") == [
        (None, None)
    ]


def test_recorded_calls_and_requests(settings: Settings, sample: Callable[[str], bytes]) -> None:
    names = ("call_start", "call_end", "request")
    put(settings, [delivery(sample(f"webhook_{n}.DERIVED.urlencoded.txt")) for n in names])
    digest_once(settings)
    assert ask(settings, "select count(*), bool_and(is_declared) from lead_changes") == [(10, True)]
    assert ask(settings, "select count(*) from suspected_gaps") == [(0,)]


def test_everything_is_archived_and_the_inbox_emptied(settings: Settings) -> None:
    put(settings, [call(n) for n in range(50)])
    digest_once(settings)
    place = DataDir(settings.data_dir)
    assert list(place.inbox.glob("*.seg")) == []
    archived = [one.delivery_id for one in Archive(place.archive).read()]
    assert archived == list(range(1, 51))


def test_deliveries_that_keep_coming_are_archived(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is never a moment without any."""
    monkeypatch.setattr(running_module, "ARCHIVE_EVERY_SECONDS", 0)
    place = DataDir(settings.data_dir)
    stop = threading.Event()
    steps = iter(range(500))

    def step_among_others(step: Callable[..., int]) -> int:
        number = next(steps, None)
        if number is None or any(place.archive.glob("*.parquet")):
            stop.set()
        put(settings, [call(number or 0)])
        return step()

    digest = Digest(replace(settings, publish_seconds=0), stop=stop)
    monkeypatch.setattr(digest, "step", partial(step_among_others, digest.step))
    monkeypatch.setattr(digest, "finish", lambda *_: None)
    digest.run()
    assert any(place.archive.glob("*.parquet"))


def test_a_living_segment_is_archived_but_stays(settings: Settings) -> None:
    place = DataDir(settings.data_dir)
    inbox = InboxWriter(place.inbox)
    inbox.put(call(1))
    digest_once(settings)
    assert len(list(place.inbox.glob("*.seg"))) == 1
    inbox.put(call(2))
    digest_once(settings)
    assert [one.delivery_id for one in Archive(place.archive).read()] == [1, 2]
    assert ask(settings, "select delivery_id, lead_id from deliveries order by all") == [
        (1, 1),
        (2, 2),
    ]
    inbox.close()
    digest_once(settings)
    assert list(place.inbox.glob("*.seg")) == []


@pytest.mark.parametrize("lost", ["store", "store and inbox positions", "published file"])
def test_what_is_lost_of_the_store_is_made_again_with_the_same_ids(
    settings: Settings, lost: str
) -> None:
    place = DataDir(settings.data_dir)
    put(settings, [call(n) for n in range(20)])
    digest_once(settings)
    writer = InboxWriter(place.inbox)
    writer.put(call(100))
    digest_once(settings)
    writer.put(call(101))
    before = ask(settings, "select delivery_id, lead_id from deliveries order by all")
    (place.published if lost == "published file" else place.store).unlink()
    digest_once(settings)
    after = ask(settings, "select delivery_id, lead_id from deliveries order by all")
    assert after == [*before, (22, 101)]


def test_a_store_that_is_garbage_is_set_aside(settings: Settings) -> None:
    place = DataDir(settings.data_dir)
    put(settings, [call(1)])
    digest_once(settings)
    place.store.write_bytes(b"garbage" * 10_000)
    put(settings, [call(2)])
    digest_once(settings)
    assert ask(settings, "select lead_id from leads order by all") == [(1,), (2,)]
    assert len(list(place.root.glob("store.broken-*"))) == 1


def test_other_settings_rebuild_what_was_decoded_with_the_old_ones(settings: Settings) -> None:
    put(settings, [call(1, client_phone="79990001122", calltime="2026-11-02 12:00:00")])
    digest_once(settings)
    query = "select caller_phone, extra is null, happened_at::varchar from leads"
    assert ask(settings, f"set timezone = 'UTC'; {query}") == [
        (None, False, "2026-11-02 09:00:00+00")
    ]
    renamed = replace(
        settings,
        timezone="Asia/Almaty",
        webhooks={"default": WebhookSettings(rename=(("client_phone", "callerphone"),))},
    )
    digest_once(renamed)
    assert ask(settings, f"set timezone = 'UTC'; {query}") == [
        ("79990001122", True, "2026-11-02 07:00:00+00")
    ]


def test_a_webhooks_other_kind_rebuilds_what_was_taken_for_leads(settings: Settings) -> None:
    put(settings, [call(1), call(2, webhook="crm")])
    digest_once(settings)
    assert ask(settings, "select lead_id from leads order by all") == [(1,), (2,)]
    digest_once(replace(settings, webhooks={"crm": WebhookSettings(kind="deals")}))
    assert ask(settings, "select lead_id from leads") == [(1,)]
    query = "select outcome, kind from deliveries order by delivery_id"
    assert ask(settings, query) == [("created", "leads"), ("other", "deals")]


def test_settle_waits_until_the_file_has_the_settings_in_force(settings: Settings) -> None:
    put(settings, [call(1, calltime="2026-11-02 12:00:00")])
    settle(settings, 60)
    moved = replace(settings, timezone="Asia/Almaty")
    with digest_lock(settings.data_dir), pytest.raises(NotSettled, match="another timezone"):
        settle(moved, 0.2)
    settle(moved, 60)
    query = "set timezone = 'UTC'; select happened_at::varchar from leads"
    assert ask(settings, query) == [("2026-11-02 07:00:00+00",)]
    renamed = replace(moved, webhooks={"crm": WebhookSettings(model=0)})
    with digest_lock(settings.data_dir), pytest.raises(NotSettled, match="another decoding"):
        settle(renamed, 0.2)


def test_a_webhooks_configured_model_counts_where_it_sends_none(settings: Settings) -> None:
    configured = replace(settings, webhooks={"last-touch": WebhookSettings(model=0)})
    put(
        configured,
        [
            call(1, source="yandex", medium="cpc"),
            call(1, source="(direct)", medium="(none)", webhook="last-touch"),
        ],
    )
    digest_once(configured)
    query = "select attribution_model, source, medium from lead_attributions order by all"
    assert ask(configured, query) == [(0, "(direct)", "(none)"), (1, "yandex", "cpc")]


def test_senders_that_were_let_in_are_noted(settings: Settings) -> None:
    put(settings, [delivery("leadtype=call&id=1", outside=True)])
    digest_once(settings)
    assert ask(settings, "select problems from deliveries") == [
        (["sender is in no allowed network"],)
    ]


def test_batches_are_bounded(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("receiver.digest.batch.MAX_DELIVERIES", 7)
    put(settings, [call(n) for n in range(40)])
    digest_once(settings)
    assert ask(settings, "select count(*), max(delivery_id) from deliveries") == [(40, 40)]


@pytest.mark.parametrize("poison", [0, 5, 19])
def test_a_delivery_that_the_store_cannot_take_holds_nobody_up(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, poison: int
) -> None:
    def refuse(db: duckdb.DuckDBPyConnection, batch: IncomingBatch, progress: Progress) -> None:
        if any(one.params.get("id") == str(poison) for one in batch.deliveries):
            raise duckdb.ConversionException("cannot be cast")
        fold_incoming(db, batch, progress)

    monkeypatch.setattr("receiver.digest.by_batches.fold_incoming", refuse)
    put(settings, [call(n) for n in range(20)])
    digest_once(settings)
    assert ask(settings, "select list(lead_id order by lead_id) from leads") == [
        ([n for n in range(20) if n != poison],)
    ]
    assert ask(settings, "select delivery_id, problems from deliveries where lead_id is null") == [
        (poison + 1, ["could not be folded: ConversionException", "no lead id"])
    ]


def test_a_lead_with_much_text_behind_it_is_folded_like_any_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, [call(1, comment_of_ours="a" * 9_000), call(2)])
    digest_once(settings)
    monkeypatch.setattr("analytics.fold.stored.MOST_BYTES", 8_000)
    put(settings, [call(n, status="successful") for n in (2, 1, 3)])
    digest_once(settings)
    query = "select delivery_id, lead_id, outcome, problems from deliveries order by all"
    assert ask(settings, query) == [
        (1, 1, "created", []),
        (2, 2, "created", []),
        (3, 2, "updated", []),
        (4, 1, "updated", []),
        (5, 3, "created", []),
    ]


def test_a_nearly_full_disk_is_left_to_the_inbox(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    digest_once(settings)
    stop = threading.Event()
    running = Digest(settings, stop)
    monkeypatch.setattr(disk_room, "ROOM_FOR_INBOX_BYTES", 1 << 60)
    thread = threading.Thread(target=running.run)
    thread.start()
    put(settings, [call(1)])
    _wait_until(lambda: "digest waits" in caplog.text)
    time.sleep(0.5)
    assert ask(settings, "select count(*) from leads") == [(0,)]
    monkeypatch.setattr(disk_room, "ROOM_FOR_INBOX_BYTES", 0)
    _wait_until(lambda: ask(settings, "select count(*) from leads") == [(1,)])
    stop.set()
    thread.join(10)


def test_a_copy_that_would_take_the_inboxs_room_is_not_made(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "shares_blocks", lambda *directories: False)
    digest_once(settings)
    running = Digest(settings)
    put(settings, [call(1)])
    asked: list[int] = []

    def is_there(room: disk_room.DiskRoom, for_bytes: int = 0) -> bool:
        asked.append(for_bytes)
        return for_bytes == 0

    monkeypatch.setattr(disk_room.DiskRoom, "is_there", is_there)
    assert running.step() == 1
    running._publish_if_due()
    assert max(asked) == DataDir(settings.data_dir).store.stat().st_size
    assert ask(settings, "select count(*) from leads") == [(0,)]
    monkeypatch.undo()
    running._publish_if_due()
    assert ask(settings, "select count(*) from leads") == [(1,)]


def test_a_start_makes_no_new_copy(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publisher, "shares_blocks", lambda *directories: False)
    place = DataDir(settings.data_dir)
    published = []
    for number in range(4):
        put(settings, [call(number + 1)])
        digest_once(settings)
        assert ask(settings, "select count(*) from leads") == [(number + 1,)]
        published.append(place.published.stat().st_ino)
    assert published[2:] == published[:2], "two files take turns"


def test_of_a_store_that_is_opened_again_no_copy_is_known(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "shares_blocks", lambda *directories: False)
    running = Digest(settings)
    running._publish()
    copying = running._kept_in.publisher
    assert isinstance(copying, publisher.Publisher)
    spare = copying._spare
    assert spare._made
    running._replace_store()
    assert spare._made
    running._reopen(running._keeper.open)
    assert not spare._made
    running.finish()


def test_a_publication_that_was_held_up_once_makes_the_next_no_rarer() -> None:
    pace = PublishPace(0.0)
    rests = []
    for seconds in (0.1, 5.0, 5.0, 0.1):
        pace.took(seconds)
        rests.append(round(pace._next - time.monotonic(), 1))
    assert rests == [1.1, 1.1, 55.0, 1.1]


def test_a_published_file_that_was_deleted_comes_back(settings: Settings) -> None:
    stop = threading.Event()
    running = Digest(settings, stop)
    thread = threading.Thread(target=running.run)
    thread.start()
    published = DataDir(settings.data_dir).published
    _wait_until(published.exists)
    published.unlink()
    _wait_until(published.exists)
    stop.set()
    thread.join(10)


def _wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_damage_in_the_inbox_is_kept_aside_and_the_rest_digested(settings: Settings) -> None:
    place = DataDir(settings.data_dir)
    put(settings, [call(n) for n in range(9)])
    (segment,) = place.inbox.glob("*.seg")
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(data)
    digest_once(settings)
    assert ask(settings, "select count(*) from leads") == [(8,)]
    (kept,) = place.damaged.iterdir()
    assert 50 < kept.stat().st_size < 500


def test_a_running_digest_shows_deliveries_soon_and_ends_when_told(settings: Settings) -> None:
    stop = threading.Event()
    running = Digest(settings, stop)
    thread = threading.Thread(target=running.run)
    thread.start()
    put(settings, [call(1)])
    published = DataDir(settings.data_dir).published
    _wait_until(lambda: published.exists() and ask(settings, "select 1 from leads"))
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_publishing_rests_eleven_times_as_long_as_it_takes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = []

    def slow(*args: object) -> None:
        published.append(time.monotonic())
        time.sleep(0.1)

    monkeypatch.setattr("analytics.publish.publisher.Publisher.publish", slow)
    running = Digest(replace(settings, publish_seconds=0))
    put(settings, [call(1)])
    while len(published) < 3:
        running._unpublished = True
        running._publish_if_due()
        time.sleep(0.01)
    rests = [later - earlier for earlier, later in pairwise(published)]
    assert all(rest > 1.1 for rest in rests)
    assert min(rests) < 5


def test_at_rest_it_gives_its_memory_back_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []
    monkeypatch.setattr(running_module, "give_back_memory", given.append)
    monkeypatch.setattr(running_module, "REST_AFTER_SECONDS", 0.2)
    stop = threading.Event()
    thread = threading.Thread(target=Digest(settings, stop).run)
    thread.start()
    put(settings, [call(1)])
    _wait_until(lambda: given)
    time.sleep(0.5)
    assert len(given) == 1
    stop.set()
    thread.join(10)


def test_what_left_the_inbox_without_being_archived_is_named(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    place = DataDir(settings.data_dir)
    put(settings, [call(1), call(2)])
    running = Digest(settings)
    running.step()
    for segment in place.inbox.glob("*.seg"):
        segment.unlink()
    put(settings, [call(3)])
    running.finish()
    assert [one.delivery_id for one in Archive(place.archive).read()] == [3]
    digest_once(settings)
    assert "no file holds deliveries that were archived (deliveries 1 to 2, of " in caplog.text
    assert ask(settings, "select problem, first_id, last_id from archive_faults") == [("gap", 1, 2)]


def test_only_what_is_digested_is_archived(settings: Settings) -> None:
    """A living segment, so that what follows is in the same one."""
    place = DataDir(settings.data_dir)
    writer = InboxWriter(place.inbox)
    for number in (1, 2):
        writer.put(call(number))
    running = Digest(settings)
    running.step()
    writer.put(call(3))
    put(settings, [call(4)])
    running.archive()
    assert [one.delivery_id for one in Archive(place.archive).read()] == [1, 2]
    writer.close()
    running.finish()
    assert [one.delivery_id for one in Archive(place.archive).read()] == [1, 2, 3, 4]


def test_nothing_is_archived_under_ids_that_the_store_gave_to_others(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    place = DataDir(settings.data_dir)
    put(settings, [call(1), call(2)])
    running = Digest(settings)
    running.step()
    moved = "update digest.deliveries set received_at = received_at - interval 1 second"
    running._db.execute(moved)
    running.archive()
    assert Archive(place.archive).files() == []
    assert "does not hold each delivery of the inbox exactly once" in caplog.text
    assert len(list(place.inbox.glob("*.seg"))) == 1


def test_only_one_digest_runs_and_says_who(settings: Settings) -> None:
    assert digest_holder(settings.data_dir) is None
    with digest_lock(settings.data_dir):
        who = digest_holder(settings.data_dir)
        assert who is not None
        assert "by process" in who
        with pytest.raises(DigestRunning, match="by process"), digest_lock(settings.data_dir):
            pass
    assert digest_holder(settings.data_dir) is None


def test_the_published_file_is_read_only_and_the_store_private(settings: Settings) -> None:
    digest_once(settings)
    published: Path = DataDir(settings.data_dir).published
    assert published.stat().st_mode & 0o777 == 0o440


def test_who_opens_the_published_file_to_write_is_answered_at_once(settings: Settings) -> None:
    """As root may: without a new delivery readers would be locked out for as long as it is open."""
    put(settings, [call(1)])
    running = Digest(replace(settings, publish_seconds=0, published_mode=0o444))
    running.step()
    running._publish_if_due()
    published = DataDir(settings.data_dir).published
    published.chmod(0o640)
    script = (
        "import duckdb, sys; db = duckdb.connect(sys.argv[1]); print('open', flush=True);"
        "sys.stdin.readline()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(published)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        give_up_at = time.monotonic() + 20
        before = published.stat().st_ino
        while published.stat().st_ino == before:
            assert time.monotonic() < give_up_at, "nothing was published"
            running._publish_if_due()
            time.sleep(0.05)
        assert ask(settings, "select count(*) from leads") == [(1,)]
        assert published.stat().st_mode & 0o777 == 0o444
        writer.communicate("now\n")
    running.finish()
