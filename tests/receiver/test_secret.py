import pytest

from receiver.secret import is_right, take_secret


@pytest.mark.parametrize(
    ("query", "rest", "secret"),
    [
        (b"", b"", None),
        (b"secret=abc", b"", b"abc"),
        (b"secret=abc&id=1&fio=%D0%98", b"id=1&fio=%D0%98", b"abc"),
        (b"id=1&&secret=abc&", b"id=1&&", b"abc"),
        (b"id=1&s%65cret=abc", b"id=1", b"abc"),
        (b"id=1&secret=a%2Bb+c", b"id=1", b"a+b c"),
        (b"id=1&secret", b"id=1", b""),
        (b"id=1&secrets=abc", b"id=1&secrets=abc", None),
        (b"secret=a&secret=b", b"", b"b"),
    ],
)
def test_the_secret_leaves_the_query_and_nothing_else_changes(
    query: bytes, rest: bytes, secret: bytes | None
) -> None:
    assert take_secret(query) == (rest, secret)


def test_only_the_very_secret_is_right() -> None:
    assert is_right("секрет".encode(), "секрет")
    assert not any(is_right(given, "секрет") for given in (None, b"", b"secret", b"\xff"))
