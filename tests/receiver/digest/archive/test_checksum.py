"""The checksum covers every value and which value it is."""

from itertools import combinations
from typing import Any

from receiver.digest.archive.checksum import checksum_of
from receiver.digest.archive.rows import CONTENT, Row, row_of
from tests.receiver.digest.archive.test_archive import FIRST, numbered

CHECKSUM = -5318226313534874674
ROW = row_of(numbered(1, FIRST, b"id=1"))


def test_it_is_the_same_for_the_same_row_in_every_version() -> None:
    assert checksum_of(ROW) == CHECKSUM


def test_another_value_anywhere_is_another_checksum() -> None:
    rows = [ROW, *(changed(ROW, place) for place in range(len(ROW)))]
    assert len(rows) == len(CONTENT) + 1
    assert len({checksum_of(row) for row in rows}) == len(rows)


def test_a_byte_that_moves_to_the_neighbour_is_another_checksum() -> None:
    texts = [place for place, value in enumerate(ROW) if isinstance(value, str | bytes)]
    for left, right in combinations(texts, 2):
        one, other = list(ROW), list(ROW)
        one[left] = ROW[left] + _one(ROW[left])
        other[right] = _one(ROW[right]) + ROW[right]
        assert checksum_of(tuple(one)) != checksum_of(tuple(other))


def changed(row: Row, place: int) -> Row:
    value = row[place]
    another = not value if isinstance(value, bool) else value + _one(value)
    return (*row[:place], another, *row[place + 1 :])


def _one(value: Any) -> Any:
    return 1 if isinstance(value, int) else "x" if isinstance(value, str) else b"x"
