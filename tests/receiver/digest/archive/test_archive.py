from pathlib import Path

import duckdb
import pytest

from receiver.digest.archive import archive
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.numbered import NumberedDelivery
from receiver.inbox.delivery import Delivery, Origin, StampedDelivery
from receiver.inbox.reader import InboxEntry

DAY = 86_400 * 10**9
FIRST = 1_795_219_200 * 10**9  # 2026-11-21T00:00:00Z


def numbered(number: int, order_ns: int, body: bytes = b"id=1") -> NumberedDelivery:
    delivery = Delivery("default", "POST", "/webhook", b"\xff=1", body, "text/x", "1.2.3.4")
    return NumberedDelivery(
        number, InboxEntry("a.seg", number * 100, StampedDelivery(order_ns, order_ns, delivery))
    )


def test_what_is_archived_is_read_back_byte_for_byte(tmp_path: Path) -> None:
    every = [
        numbered(1, FIRST, bytes(range(256))),
        NumberedDelivery(
            2,
            InboxEntry(
                "b.seg",
                7,
                StampedDelivery(
                    FIRST + 5,
                    FIRST - 3600,
                    Delivery("crm", "GET", "/webhook/crm", b"q", b"", "", "::1", Origin.API, True),
                ),
            ),
        ),
    ]
    kept = Archive(tmp_path)
    kept.append(every)
    assert list(kept.read()) == every
    assert list(kept.read(after_id=1)) == every[1:]
    assert kept.last_id() == 2


def test_each_day_has_its_file(tmp_path: Path) -> None:
    kept = Archive(tmp_path)
    kept.append([numbered(1, FIRST - 1), numbered(2, FIRST), numbered(3, FIRST + DAY)])
    assert [path.name for path in kept.files()] == [
        "2026-11-20.parquet",
        "2026-11-21.parquet",
        "2026-11-22.parquet",
    ]
    assert [one.delivery_id for one in kept.read()] == [1, 2, 3]


def test_a_day_grows_and_the_order_stays(tmp_path: Path) -> None:
    kept = Archive(tmp_path)
    for number in range(1, 6):
        kept.append([numbered(number, FIRST + number)])
    assert len(kept.files()) == 1
    assert [one.delivery_id for one in kept.read()] == [1, 2, 3, 4, 5]


def test_a_large_day_goes_on_in_further_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MERGE_BELOW_BYTES", 1)
    kept = Archive(tmp_path)
    for number in range(1, 13):
        kept.append([numbered(number, FIRST + number)])
    assert [path.name for path in kept.files()][:3] == [
        "2026-11-21.parquet",
        "2026-11-21.2.parquet",
        "2026-11-21.3.parquet",
    ]
    assert [one.delivery_id for one in kept.read()] == list(range(1, 13))
    assert [one.delivery_id for one in kept.read(after_id=10)] == [11, 12]
    assert kept.last_id() == 12


def test_it_knows_how_far_each_segment_is_archived(tmp_path: Path) -> None:
    kept = Archive(tmp_path)
    assert kept.positions(["a.seg"]) == {}
    kept.append([numbered(1, FIRST), numbered(2, FIRST + DAY)])
    assert kept.positions(["a.seg", "b.seg"]) == {"a.seg": 200}


def test_what_was_being_written_when_it_died_does_not_count(tmp_path: Path) -> None:
    kept = Archive(tmp_path)
    kept.append([numbered(1, FIRST)])
    (tmp_path / "2026-11-21.unfinished").write_bytes(b"half a file")
    assert kept.last_id() == 1
    kept.append([numbered(2, FIRST + 1)])
    assert [one.delivery_id for one in kept.read()] == [1, 2]


def test_any_tool_can_read_it(tmp_path: Path) -> None:
    Archive(tmp_path).append([numbered(1, FIRST, b"\xcf\xf0")])
    query = "select delivery_id, body, received_at::varchar from read_parquet(?)"
    with duckdb.connect() as db:
        db.execute("set timezone = 'UTC'")
        row = db.execute(query, [str(tmp_path / "*.parquet")]).fetchone()
    assert row == (1, b"\xcf\xf0", "2026-11-21 00:00:00+00")
