import time

import pytest

from receiver.ingest.secret import is_right, take_secret


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
        (b"secret=abc?leadtype=call&id=2", b"leadtype=call&id=2", b"abc"),
        (b"secret=abc%3Fleadtype=call&id=2", b"leadtype=call&id=2", b"abc"),
        (b"secret=abc?text[0][phrase]=a&id=2", b"text[0][phrase]=a&id=2", b"abc"),
        (b"secret=abc?text%5B0%5D=a", b"text%5B0%5D=a", b"abc"),
        (b"a=1?secret=abc&id=2", b"a=1&id=2", b"abc"),
        (b"secret=a%3Fb%3Dc&id=2", b"id=2", b"a?b=c"),
        (b"secret=why?&id=2", b"id=2", b"why?"),
    ],
)
def test_the_secret_leaves_the_query_and_nothing_else_changes(
    query: bytes, rest: bytes, secret: bytes | None
) -> None:
    assert take_secret(query) == (rest, secret)


def test_only_the_very_secret_is_right() -> None:
    assert is_right("секрет".encode(), "секрет")
    assert not any(is_right(given, "секрет") for given in (None, b"", b"secret", b"\xff"))


@pytest.mark.parametrize(
    "given",
    [
        *("s3+cret", "s3 cret", "s3+cret/", "s3+cret ", " s3+cret", "s3+cret\t\r\n", "s3+cret?"),
        *("s3+cret\xa0", "s3+cret/ ", "s3+cret//", "s3+cret\u200b", "\ufeffs3+cret"),
    ],
)
def test_what_a_secret_gains_on_its_way_is_overlooked(given: str) -> None:
    assert is_right(given.encode(), "s3+cret")
    assert is_right(b"s3+cret", given)


@pytest.mark.parametrize("given", ["", "/", " ", "s3cret", "s3+cre", "s3+cret/x", "/s3+cret"])
def test_nothing_else_is(given: str) -> None:
    assert not is_right(given.encode(), "s3+cret")
    assert not is_right(b"s3+cret", given)


@pytest.mark.parametrize("wanted", ["/", " ", "?", "//"])
def test_a_secret_of_nothing_but_slashes_does_not_let_everybody_in(wanted: str) -> None:
    assert is_right(wanted.encode(), wanted)
    assert not any(is_right(given, wanted) for given in (None, b"", b"+", b"\t"))


def test_a_secret_with_a_question_mark_is_not_cut() -> None:
    assert take_secret(b"secret=a?b=c&id=1", "a?b=c") == (b"id=1", b"a?b=c")
    assert take_secret(b"secret=a?b?id=1", "a?b") == (b"id=1", b"a?b")


def test_no_url_takes_long() -> None:
    started = time.process_time()
    for query in (b"%3Fa" * 15_000, b"?" * 60_000, b"?secret=" * 8_000, b" " * 60_000 + b"x"):
        _, given = take_secret(b"secret=" + query, "abc")
        assert not is_right(given, "abc")
    assert time.process_time() - started < 5
