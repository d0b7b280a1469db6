"""The key of this installation: made once, for its owner alone, and never anew."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from receiver.person_key import InvalidPersonKey, contact_hash, person_key


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


def test_a_hash_is_of_its_kind_and_key() -> None:
    one = contact_hash(b"a" * 32, "phone", "79990001122")
    assert one == contact_hash(b"a" * 32, "phone", "79990001122")
    others = {
        contact_hash(b"b" * 32, "phone", "79990001122"),
        contact_hash(b"a" * 32, "email", "79990001122"),
        contact_hash(b"a" * 32, "phone", "79990001123"),
    }
    assert len(others | {one}) == 4
