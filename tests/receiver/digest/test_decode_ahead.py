"""The second process: used where there is much, missed by nobody when it is gone."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from receiver.digest.archive.numbered import number
from receiver.digest.batch import Batch, batches
from receiver.digest.decode_ahead import decoded_ahead
from receiver.inbox.reader import InboxReader
from receiver.inbox.writer import InboxWriter
from receiver.settings.settings import Settings
from tests.receiver.deliveries import call


@pytest.fixture
def stream(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Iterator[Batch]]:
    """Forty calls in six batches."""
    monkeypatch.setattr("receiver.digest.batch.MAX_DELIVERIES", 7)
    inbox = InboxWriter(tmp_path / "inbox")
    inbox.put_all([call(n, comment="привет") for n in range(40)])
    inbox.close()
    reader = InboxReader(tmp_path / "inbox")
    yield batches(number(reader.look().entries({}), 0))
    reader.close()


def test_from_the_third_batch_on_a_second_process_decodes(
    stream: Iterator[Batch], started: list[subprocess.Popen[bytes]], settings: Settings
) -> None:
    found = list(decoded_ahead(stream, settings))
    assert [len(batch.deliveries) for batch, _ in found] == [7, 7, 7, 7, 7, 5]
    assert [ahead is None for _, ahead in found] == [True, True, False, False, False, False]
    keys = [one.key for _, ahead in found if ahead for one in ahead.deliveries]
    assert keys == [("call", n) for n in range(14, 40)]
    assert len(started) == 1
    assert started[0].returncode == 0


def test_one_batch_starts_no_process(
    stream: Iterator[Batch], started: list[subprocess.Popen[bytes]], settings: Settings
) -> None:
    only = next(stream)
    assert list(decoded_ahead(iter([only]), settings)) == [(only, None)]
    assert not started


def test_a_second_process_that_dies_leaves_the_work_to_the_first(
    stream: Iterator[Batch], started: list[subprocess.Popen[bytes]], settings: Settings
) -> None:
    ahead = decoded_ahead(stream, settings)
    found = [next(ahead) for _ in range(3)]
    started[0].kill()
    started[0].wait()
    found += ahead
    assert [one.delivery_id for batch, _ in found for one in batch.deliveries] == [*range(1, 41)]
    assert found[-1][1] is None


@pytest.mark.parametrize("program", ["/bin/false", "/there/is/no/such/program"])
def test_a_second_process_that_cannot_be_started_leaves_the_work_to_the_first(
    stream: Iterator[Batch], settings: Settings, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr("sys.executable", program)
    found = list(decoded_ahead(stream, settings))
    assert [one.delivery_id for batch, _ in found for one in batch.deliveries] == [*range(1, 41)]
    assert all(ahead is None for _, ahead in found)


def test_who_stops_early_leaves_no_process_behind(
    stream: Iterator[Batch], started: list[subprocess.Popen[bytes]], settings: Settings
) -> None:
    ahead = decoded_ahead(stream, settings)
    for _ in range(3):
        next(ahead)
    ahead.close()  # type: ignore[attr-defined]
    assert started[0].wait(10) == 0


def test_what_fails_while_reading_ahead_fails_where_it_is_read(
    stream: Iterator[Batch], started: list[subprocess.Popen[bytes]], settings: Settings
) -> None:
    def failing() -> Iterator[Batch]:
        for count, batch in enumerate(stream):
            if count == 4:
                raise OSError("the disk is gone")
            yield batch

    ahead = decoded_ahead(failing(), settings)
    for _ in range(4):
        next(ahead)
    with pytest.raises(OSError, match="the disk is gone"):
        next(ahead)
    assert started[0].wait(10) == 0
