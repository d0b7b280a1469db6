"""Each file is read again within a month, whatever is started again meanwhile."""

from contextlib import suppress

import duckdb
import pytest

from receiver.data_dir import DataDir
from receiver.digest.archive.reference import reading
from receiver.digest.archive.steady_check import SteadyCheck
from receiver.settings.settings import Settings
from tests.receiver.digest.archive.archives import (
    A_FILE,
    archive_of,
    checked,
    days_ago,
    digest_more,
    files_of,
)
from tests.receiver.digest.archive.test_check import archived as archived

OLD, RECENT = 40, 10


class Enough(Exception):
    pass


def run(settings: Settings, files: int = 100) -> SteadyCheck:
    """What is due, stopped at the first bytes of the file after so many."""
    check, read = SteadyCheck(archive_of(settings)), 0

    def progress(count: int) -> None:
        nonlocal read
        if read == files:
            raise Enough
        read += 1

    with reading(DataDir(settings.data_dir).published) as store:
        assert store is not None
        with suppress(Enough):
            check.run(store, progress)
    return check


def last_read(settings: Settings) -> list[bool]:
    """Of each file, whether it was today."""
    contents = archive_of(settings).manifest.contents()
    return [contents.last_check(path.name) > days_ago(1) for path in files_of(settings)]


def test_only_what_was_not_read_for_a_month_is_read(archived: Settings) -> None:
    checked(archived, RECENT)
    manifest, names = archive_of(archived).manifest, [path.name for path in files_of(archived)]
    assert not SteadyCheck(archive_of(archived)).is_due()
    with manifest.changing():
        manifest.note_checked({names[1]: days_ago(OLD)})
    assert SteadyCheck(archive_of(archived)).is_due()
    assert not run(archived).is_due()
    assert last_read(archived) == [False, True, False]


def test_what_was_read_before_a_restart_is_not_read_again(archived: Settings) -> None:
    checked(archived, OLD)
    manifest, names = archive_of(archived).manifest, [path.name for path in files_of(archived)]
    with manifest.changing():
        manifest.note_checked({names[2]: days_ago(OLD + 1)})
    # The one that has waited longest comes first.
    assert run(archived, files=1).is_due()
    assert last_read(archived) == [False, False, True]
    assert run(archived, files=1).is_due()
    assert last_read(archived).count(True) == 2
    assert not run(archived).is_due()
    assert last_read(archived) == [True, True, True]


def test_what_is_written_was_read(archived: Settings) -> None:
    checked(archived, OLD)
    manifest = archive_of(archived).manifest
    manifest._log.read()
    manifest._log.append("checked", {"faults": 0, "since": days_ago(OLD)})
    digest_more(archived)
    contents = archive_of(archived).manifest.contents()
    last = max(contents.files.values(), key=lambda entry: entry.last_id)
    assert contents.last_check(last.name) > days_ago(1)
    assert SteadyCheck(archive_of(archived)).is_due()


def test_a_shorter_manifest_still_knows(archived: Settings) -> None:
    checked(archived, OLD)
    run(archived, files=1)
    before = last_read(archived)
    manifest = archive_of(archived).manifest
    with manifest.changing():
        manifest.begin_anew([])
    assert last_read(archived) == before
    assert before.count(True) == 1


@pytest.mark.parametrize("noted", ["since", "at"])
def test_a_check_by_an_earlier_version_counts(archived: Settings, noted: str) -> None:
    checked(archived, OLD)
    log = archive_of(archived).manifest._log
    log.read()
    log.append(
        "checked", {"faults": 0, **({"since": days_ago(RECENT)} if noted == "since" else {})}
    )
    assert not SteadyCheck(archive_of(archived)).is_due()


def test_a_file_that_does_not_agree_with_the_store_is_read_again_after_a_start(
    archived: Settings,
) -> None:
    checked(archived, OLD)
    published = DataDir(archived.data_dir).published
    published.chmod(0o600)
    with duckdb.connect(str(published)) as db:
        db.execute("delete from digest.deliveries where delivery_id = ?", [A_FILE + 1])
    check = run(archived)
    assert [fault.problem for fault in check.faults] == ["lacking"]
    assert last_read(archived) == [True, False, True]
    # The same process knows of it.
    assert not check.is_due()
    again = run(archived)
    assert again.faults == check.faults
