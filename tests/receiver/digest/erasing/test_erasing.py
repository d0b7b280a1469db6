"""A person is erased from a whole data directory."""

import gzip
import time
from dataclasses import replace
from pathlib import Path

from analytics.compare import compare
from receiver.data_dir import DataDir
from receiver.digest.erasing.erasures import ErasureLog
from receiver.digest.erasing.orders import ErasureOrders, WhomToErase
from receiver.digest.rebuild import rebuild
from receiver.digest.running import Digest
from receiver.inbox.writer import InboxWriter
from receiver.settings.settings import Settings
from tests.receiver.backup.installation import copied_installation
from tests.receiver.deliveries import call, delivery, put
from tests.receiver.digest.archive.archives import archive_of, ask, files_of
from tests.receiver.digest.erasing.world import BOTH, NAME, PHONE, rows_of, with_order

NUMBERS = (
    "select lead_type, count(*), count(distinct person), count(caller_phone), count(fio) "
    "from leads group by all order by all",
    "select outcome, kind, count(*) from deliveries group by all order by all",
    "select field, count(*) from lead_changes group by all order by all",
    "select count(*), count(person) from leads",
    "select count(*) from lead_comments",
    "select source, medium, utm_source, count(*) from lead_attributions group by all order by all",
    "select source_ip, received_at, outcome from deliveries order by delivery_id",
)


def erase(settings: Settings, whom: WhomToErase = BOTH) -> None:
    placed = with_order(settings, whom)
    Digest(settings).finish()
    left = ErasureOrders(DataDir(settings.data_dir).orders).get(placed.act)
    assert left is None, left


def test_no_number_moves_and_a_rebuild_gives_the_same(
    settled: Settings, erased: Settings, tmp_path: Path
) -> None:
    assert [ask(erased, each) for each in NUMBERS] == [ask(settled, each) for each in NUMBERS]
    rebuilt = tmp_path / "again.duckdb"
    rebuild(erased, rebuilt)
    published = DataDir(erased.data_dir).published
    comparison = compare(published, rebuilt, ("published", "rebuilt"))
    assert comparison.is_equal, comparison.examples
    assert archive_of(erased).manifest.bad_lines == []
    assert ask(erased, "select count(*) from archive_faults") == [(0,)]


def test_what_is_nobodys_stays_byte_for_byte(settled: Settings, erased: Settings) -> None:
    before = [one.entry.received.delivery for one in archive_of(settled).read()]
    after = [one.entry.received.delivery for one in archive_of(erased).read()]
    changed = [b.body for b, a in zip(before, after, strict=True) if a != b]
    assert len(changed) == 8
    shown = "select action, report, query from audit order by audit_id"
    assert rows_of(DataDir(erased.data_dir).state, shown)[1:] == [
        ("recording", "recording", "lead_id=erased"),
        ("person erased", "", "act=1"),
    ]


def test_what_comes_of_an_erased_lead_later_is_ended(erased: Settings, tmp_path: Path) -> None:
    world = copied_installation(erased, tmp_path)
    before = ask(world, "select caller_phone, fio from leads where lead_id = 501 order by all")
    body = f'{{"leadtype": "call", "id": "00501", "callerphone": "{PHONE}", "fio": "{NAME}"}}'
    resent = replace(delivery(gzip.compress(body.encode())), content_type="application/json")
    newer = call(900, 1795009000, callerphone=PHONE)
    put(world, [resent, call(501, 1795008000, callerphone=PHONE, fio=NAME), newer])
    Digest(world).finish()
    assert (
        ask(world, "select caller_phone, fio from leads where lead_id = 501 order by all") == before
    )
    assert ask(world, "select caller_phone from leads where lead_id = 900") == [(PHONE,)]
    bodies = [one.entry.received.delivery.body for one in archive_of(world).read()]
    assert [PHONE.encode() in body for body in bodies[-3:]] == [False, False, True]


def test_a_person_of_whom_nothing_is_known_leaves_an_act_and_nothing_else(world: Settings) -> None:
    Digest(world).finish()
    before = [path.read_bytes() for path in files_of(world)]
    erase(world, WhomToErase(phones=("+7 495 000-00-00",)))
    assert [path.read_bytes() for path in files_of(world)] == before
    (act,) = ErasureLog(DataDir(world.data_dir).erasures).erasures()
    assert (act.leads, act.summary["files"], act.ended_at is None) == ((), [], False)


def test_an_archive_that_is_not_whole_keeps_the_order_waiting(world: Settings) -> None:
    Digest(world).finish()
    placed = with_order(world)
    (file,) = files_of(world)
    data = file.read_bytes()
    file.unlink()
    Digest(world).finish()
    waiting = ErasureOrders(DataDir(world.data_dir).orders).get(placed.act)
    assert waiting is not None
    assert "is missing" in waiting.waits_for
    file.write_bytes(data)
    Digest(world).finish()
    assert not ErasureOrders(DataDir(world.data_dir).orders).are_there()


def test_who_writes_the_inbox_meanwhile_begins_a_new_segment(world: Settings) -> None:
    inbox = InboxWriter(DataDir(world.data_dir).inbox)
    inbox.put(call(503, callerphone=PHONE))
    placed = with_order(world)
    give_up_at = time.monotonic() + 60
    while ErasureOrders(DataDir(world.data_dir).orders).is_there(placed.act):
        Digest(world).finish()
        assert time.monotonic() < give_up_at
    inbox.put(call(503, 1795009000, callerphone=PHONE))
    inbox.close()
    Digest(world).finish()
    found = ask(world, "select caller_phone like 'erased:%' from leads where lead_id = 503")
    assert found == [(True,)]


def test_an_older_file_that_comes_back_is_erased_again(world: Settings) -> None:
    Digest(world).finish()
    (file,) = files_of(world)
    older = file.read_bytes()
    erase(world)
    erased = [one.entry.received.delivery for one in archive_of(world).read()]
    file.write_bytes(older)
    (file.parent / "manifest.jsonl").unlink()
    # It is read, then what is in it is ordered, then done.
    for _ in range(2):
        Digest(world).finish()
    assert [one.entry.received.delivery for one in archive_of(world).read()] == erased
    assert not ErasureOrders(DataDir(world.data_dir).orders).are_there()
    first, second = ErasureLog(DataDir(world.data_dir).erasures).erasures()
    assert (second.leads, second.person) == (first.leads, first.person)
