"""The file takes its place whole or not at all, and every DuckDB opens it."""

import stat
from pathlib import Path

import pytest

from analytics.keyed import making
from analytics.keyed.age import keyed_age
from analytics.keyed.making import make_keyed_file
from analytics.keyed.own_texts import mask_own_texts
from analytics.keyed.placing import FileAccess, KeyedFileTakenAway, remove_keyed_file
from analytics.published_file import NotPublished, PublishedFile
from tests.analytics.duckdbs import WRITTEN_BY_OURS
from tests.analytics.keyed.files import KEY, empty_store, keyed_canary, opened_by
from tests.road.test_published_file import VERSIONS, WHEELS


@pytest.fixture
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return empty_store(tmp_path_factory)


@WRITTEN_BY_OURS
@pytest.mark.parametrize("version", VERSIONS)
def test_it_opens_and_answers(tmp_path_factory: pytest.TempPathFactory, version: str) -> None:
    keyed = keyed_canary(tmp_path_factory) / "keyed.duckdb"
    tables, calls = opened_by(WHEELS / version, version, keyed).split()
    assert (int(tables), int(calls)) == (23, 9)


def test_who_may_read_it(published: Path, tmp_path: Path) -> None:
    target = tmp_path / "keyed.duckdb"
    made = make_keyed_file(PublishedFile(published), target, KEY)
    assert stat.S_IMODE(target.stat().st_mode) == 0o440
    assert made.bytes == target.stat().st_size
    make_keyed_file(
        PublishedFile(published), target, KEY, FileAccess(0o444, str(target.stat().st_gid))
    )
    assert stat.S_IMODE(target.stat().st_mode) == 0o444
    assert {path.name for path in tmp_path.iterdir()} == {"keyed.duckdb"}


def test_a_making_that_fails_leaves_the_one_there_is(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "keyed.duckdb"
    with pytest.raises(NotPublished):
        make_keyed_file(PublishedFile(tmp_path / "none.duckdb"), target, KEY)
    make_keyed_file(PublishedFile(published), target, KEY)
    before = target.read_bytes()
    monkeypatch.setattr(making, "mask_own_texts", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make_keyed_file(PublishedFile(published), target, KEY)
    assert target.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"keyed.duckdb"}


def test_what_a_killed_process_left_is_no_obstacle(published: Path, tmp_path: Path) -> None:
    target = tmp_path / "keyed.duckdb"
    for name in ("keyed.duckdb.unfinished", "keyed.duckdb.unfinished.wal"):
        (tmp_path / name).write_bytes(b"DUCK" * 999)
    (tmp_path / "keyed.duckdb.unfinished.aside").mkdir()
    make_keyed_file(PublishedFile(published), target, KEY)
    assert {path.name for path in tmp_path.iterdir()} == {"keyed.duckdb"}


def test_one_that_is_taken_away_while_it_is_made_takes_no_place(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody was erased: what it was made of has persons that are no more."""
    target = tmp_path / "keyed.duckdb"
    make_keyed_file(PublishedFile(published), target, KEY)
    rest = mask_own_texts

    def erased(*given: object) -> None:
        remove_keyed_file(target)
        rest(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "mask_own_texts", erased)
    with pytest.raises(KeyedFileTakenAway):
        make_keyed_file(PublishedFile(published), target, KEY)
    assert list(tmp_path.iterdir()) == []


def test_it_knows_whether_there_is_a_newer_published_file(published: Path, tmp_path: Path) -> None:
    target = tmp_path / "keyed.duckdb"
    assert keyed_age(target, PublishedFile(published)) is None
    make_keyed_file(PublishedFile(published), target, KEY)
    age = keyed_age(target, PublishedFile(published))
    assert age is not None
    assert (age.is_behind, age.seconds < 600) == (False, True)
