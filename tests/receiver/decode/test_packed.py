"""Compressed bodies are read, within bounds; Content-Encoding is not needed for it."""

import gzip
import zlib
from collections.abc import Callable

import pytest

from receiver.decode import decode
from receiver.decode.packed import DAMAGED, MAX_UNPACKED, TOO_LARGE

FORM = "application/x-www-form-urlencoded"
BODIES = {
    b"leadtype=call&id=1015": {"leadtype": "call", "id": "1015"},
    '{"id": "1015", "fio": "Иван"}'.encode(): {"id": "1015", "fio": "Иван"},
    b"\xef\xbb\xbfid=1015&fio=" + "Иван".encode("cp1251"): {"id": "1015", "fio": "Иван"},
}


def in_two(body: bytes) -> bytes:
    return gzip.compress(body[:10]) + gzip.compress(body[10:])


def bare(body: bytes) -> bytes:
    return zlib.compress(body)[2:-4]


@pytest.mark.parametrize("pack", [gzip.compress, in_two, zlib.compress, bare])
@pytest.mark.parametrize("body", BODIES)
def test_it_is_read_as_what_it_was(pack: Callable[[bytes], bytes], body: bytes) -> None:
    assert decode(b"", pack(body), FORM, {}).params == BODIES[body]


@pytest.mark.parametrize("level", range(10))
def test_every_head_of_zlib_is_known(level: int) -> None:
    assert decode(b"", zlib.compress(b"id=1", level), FORM, {}).params == {"id": "1"}


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_a_bomb_is_not_read_and_said(pack: Callable[[bytes], bytes]) -> None:
    found = decode(b"", pack(b"id=1&fio=" + b"x" * (4 * MAX_UNPACKED)), FORM, {})
    assert found.params == {}
    assert TOO_LARGE in found.problems
    assert not found.is_empty
    assert decode(b"", pack(b"id=1&fio=" + b"x" * 100_000), FORM, {}).params["id"] == "1"


def test_half_a_packed_body_is_not_read() -> None:
    """A value that is cut would take the place of a good one."""
    packed = gzip.compress(b"leadtype=call&id=1&fio=Anna")
    for end in range(4, len(packed) - 1):
        found = decode(b"id=9", packed[:end], FORM, {})
        assert (found.params, found.problems) == ({"id": "9"}, (DAMAGED,))


@pytest.mark.parametrize(
    "body", [b"x^=1&id=2", "fio=Иван".encode("cp1251"), "имя=Иван".encode(), b"h\x81=1", b"x\xda=1"]
)
def test_what_was_never_packed_stays_as_it_is(body: bytes) -> None:
    found = decode(b"", body, FORM, {})
    assert found.params
    assert DAMAGED not in found.problems
