"""The key of this installation: made once, for its owner alone, and never anew."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from receiver.person_key import InvalidPersonKey, contact_hash, keep_key_at, person_key


def test_it_is_made_when_first_needed_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "new" / "person.key"
    key = person_key(path)
    assert len(key) == 32
    assert person_key(path) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["person.key"]
    assert person_key(tmp_path / "other.key") != key


def test_whoever_comes_first_makes_it_for_all(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda _: person_key(tmp_path / "person.key"), range(50)))
    assert len(set(keys)) == 1


@pytest.mark.parametrize("content", ["", "\n", "abc", "00" * 31, "zz" * 32])
def test_a_file_without_a_key_is_not_written_over(tmp_path: Path, content: str) -> None:
    path = tmp_path / "person.key"
    path.write_text(content)
    with pytest.raises(InvalidPersonKey, match="from a backup"):
        person_key(path)
    assert path.read_text() == content


def test_it_may_lie_elsewhere(tmp_path: Path) -> None:
    path, elsewhere = tmp_path / "data" / "person.key", tmp_path / "keys" / "person.key"
    for place in (path, elsewhere):
        place.parent.mkdir()
    keep_key_at(path, elsewhere)
    key = person_key(path)
    assert (path.is_symlink(), path.read_text(), person_key(elsewhere)) == (
        True,
        elsewhere.read_text(),
        key,
    )
    keep_key_at(path, elsewhere)
    keep_key_at(path, None)
    assert person_key(path) == key


def test_a_key_that_is_there_moves_and_never_changes(tmp_path: Path) -> None:
    path, elsewhere = tmp_path / "person.key", tmp_path / "other.key"
    key = person_key(path)
    keep_key_at(path, elsewhere)
    assert (path.is_symlink(), person_key(elsewhere)) == (True, key)
    path.unlink()
    other = person_key(path)
    with pytest.raises(InvalidPersonKey, match="different keys"):
        keep_key_at(path, elsewhere)
    assert (person_key(path), person_key(elsewhere)) == (other, key)


def test_a_hash_is_of_its_kind_and_key() -> None:
    one = contact_hash(b"a" * 32, "phone", "79990001122")
    assert one == contact_hash(b"a" * 32, "phone", "79990001122")
    others = {
        contact_hash(b"b" * 32, "phone", "79990001122"),
        contact_hash(b"a" * 32, "email", "79990001122"),
        contact_hash(b"a" * 32, "phone", "79990001123"),
    }
    assert len(others | {one}) == 4
