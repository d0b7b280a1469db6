"""Where requests end, without any server."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiver.server.framing import (
    MAX_HEAD_BYTES,
    MAX_REQUEST_LINE_BYTES,
    CompleteRequest,
    Framing,
    RequestTooLarge,
)
from tests.faults.hostile.raw import chunked, get, post

MAX_BODY = 100_000
HEAD = b"POST /webhook HTTP/1.1\r\nHost: calls.example\r\n"
CHUNKS = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
NEXT = get(b"/next")


def feed(data: bytes, at_once: int = 1 << 30) -> CompleteRequest | RequestTooLarge | None:
    """The first thing found when this many bytes come at a time, and what follows is added."""
    framing = Framing(MAX_BODY)
    for start in range(0, len(data), at_once):
        found = framing.feed(data[start : start + at_once])
        if isinstance(found, CompleteRequest):
            rest = found.rest + data[start + at_once :]
            return CompleteRequest(found.request, rest, found.closes)
        if found is not None:
            return found
    return None


@pytest.mark.parametrize(
    "request_bytes",
    [
        get(),
        post(b"id=1"),
        post(b""),
        post(b"\r\n\r\n0\r\n\r\n"),
        post(b"x" * MAX_BODY),
        chunked(b"id=1&fio=x", 3),
        chunked(b""),
        chunked(b"\r\n0\r\n\r\n\r\n", 4),
        chunked(b"id=1").replace(b"4\r\n", b'0000000000000004 ;name="v"\r\n', 1),
        chunked(b"id=1").replace(b"0\r\n\r\n", b"0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n"),
        post(b"id=1").replace(b"Content-Length: ", b"content-LENGTH:\t"),
        HEAD + b"Transfer-Encoding:\tChunked \r\n\r\n4\r\nid=1\r\n0\r\n\r\n",
    ],
    ids=range(12),
)
def test_a_request_ends_where_it_ends_however_it_is_split(request_bytes: bytes) -> None:
    expected = CompleteRequest(request_bytes, NEXT, closes=False)
    assert feed(request_bytes + NEXT) == expected
    for at_once in (1, 2, 3, 7, 1000):
        assert feed(request_bytes + NEXT, at_once) == expected
    assert feed(request_bytes[:-1], 10_000) is None


def test_chunks_may_be_split_at_every_byte() -> None:
    data = chunked(b"id=1&fio=anna", 5) + NEXT
    for first in range(1, len(data) - len(NEXT)):
        framing = Framing(MAX_BODY)
        assert framing.feed(data[:first]) is None
        assert framing.feed(data[first:]) == CompleteRequest(data[: -len(NEXT)], NEXT, closes=False)


def test_requests_in_one_packet_come_out_one_by_one() -> None:
    requests = [post(b"id=1"), get(b"/webhook?id=2"), chunked(b"id=3", 1), post(b"id=4")]
    rest = b"".join(requests)
    for request in requests:
        found = feed(rest)
        assert isinstance(found, CompleteRequest)
        assert found.request == request
        rest = found.rest
    assert rest == b""


@pytest.mark.parametrize(
    "fields",
    [
        b"Content-Length: 4\r\nContent-Length: 4",
        b"Content-Length: 4\r\nContent-Length: 5",
        b"Content-Length: 4, 4",
        b"Content-Length: +4",
        b"Content-Length: 0x4",
        b"Content-Length: ",
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\nContent-Length: 4",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        b"Transfer-Encoding: chunked, identity",
        b"Transfer-Encoding: gzip, chunked",
        b"Transfer-Encoding: \x0bchunked",
        b"Transfer-Encoding:\r\n chunked",
        b"Content-Length:\r\n 4",
        b"Content-Length: 9999999999999999999999",
        b"Content-Length: %d" % (MAX_BODY + 1),
    ],
)
def test_what_could_be_read_in_two_ways_ends_with_its_head_and_closes(fields: bytes) -> None:
    head = HEAD + fields + b"\r\n\r\n"
    found = feed(head + b"id=1" + NEXT)
    assert found == CompleteRequest(head, b"id=1" + NEXT, closes=True)
    byte_by_byte = feed(head + b"id=1" + NEXT, 1)
    assert byte_by_byte == found


@pytest.mark.parametrize(
    "line",
    [b"zz", b"-1", b"+4", b"0x4", b" 4", b"", b"4 4", b"\x004", b"1" * 17, b"4" * 1100],
)
def test_a_chunk_that_cannot_be_followed_closes(line: bytes) -> None:
    for at_once in (1, 1 << 30):
        found = feed(CHUNKS + b"2\r\nid\r\n" + line + b"\r\nid=1\r\n0\r\n\r\n" + NEXT, at_once)
        assert isinstance(found, CompleteRequest)
        assert found.closes


def test_too_much_is_said_before_it_is_all_kept() -> None:
    endless = {
        "414 URI Too Long": b"GET /webhook?" + b"x" * 200_000,
        "431 Request Header Fields Too Large": HEAD + b"X: y\r\n" * 40_000,
        "413 Content Too Large": CHUNKS + b"400\r\n" + (b"x" * 1024 + b"\r\n400\r\n") * 300,
    }
    for status, data in endless.items():
        assert feed(data, 65536) == RequestTooLarge(status)
        assert feed(data, 1000) == RequestTooLarge(status)
    assert feed(CHUNKS + b"fffffffffff\r\n" + b"x" * 3 * MAX_BODY) == RequestTooLarge(
        "413 Content Too Large"
    )


def test_a_head_just_within_the_limits_passes() -> None:
    long_url = get(b"/webhook?" + b"x" * (64 << 10))
    assert feed(long_url, 1000) == CompleteRequest(long_url, b"", closes=False)
    filled = HEAD + b"X: " + b"y" * (MAX_HEAD_BYTES - len(HEAD) - 7) + b"\r\n\r\n"
    assert feed(filled, 1000) == CompleteRequest(filled, b"", closes=False)


def test_trailers_without_an_end_close() -> None:
    found = feed(CHUNKS + b"0\r\n" + b"X: y\r\n" * 5000, 100)
    assert isinstance(found, CompleteRequest)
    assert found.closes


def test_empty_lines_before_a_request_are_no_part_of_it() -> None:
    for at_once in (1, 2, 3, 1000):
        found = feed(b"\r\n\r\n\r\n" + post(b"id=1") + b"\r\n", at_once)
        assert found == CompleteRequest(post(b"id=1"), b"\r\n", closes=False)
    framing = Framing(MAX_BODY)
    assert framing.feed(b"\r\n\r\n") is None
    assert len(framing) == 0


@pytest.mark.parametrize("start", [b" ", b"\t", b"X"])
def test_whatever_else_comes_before_a_request_is_part_of_it(start: bytes) -> None:
    assert feed(start + get()) == CompleteRequest(start + get(), b"", closes=False)


@pytest.mark.parametrize("whole", [post(b"id=1"), chunked(b"id=1")], ids=["length", "chunked"])
def test_a_client_that_asks_first_is_to_be_told_and_the_parser_is_not(whole: bytes) -> None:
    asking = whole.replace(b"Host:", b"expect: 100-Continue\r\nHost:")
    head = asking.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    framing = Framing(MAX_BODY)
    assert framing.feed(head) is None
    assert framing.wants_continue
    assert framing.feed(asking[len(head) :]) == CompleteRequest(whole, b"", closes=False)


def test_a_body_that_is_too_large_is_not_asked_for() -> None:
    head = HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY + 1)
    framing = Framing(MAX_BODY)
    found = framing.feed(head)
    assert not framing.wants_continue
    assert found == CompleteRequest(
        head.replace(b"Expect: 100-continue\r\n", b""), b"", closes=True
    )


def test_nobody_is_told_to_go_on_who_did_not_ask() -> None:
    framing = Framing(MAX_BODY)
    assert framing.wants_continue is False
    framing.feed(post(b"id=1")[:-1])
    assert framing.wants_continue is False


def test_only_the_framing_of_a_head_is_taken_out_and_only_once() -> None:
    twice = HEAD + b"Expect: 100-continue\r\nX: y\r\nExpect: 100-continue\r\n\r\n"
    found = feed(twice)
    assert isinstance(found, CompleteRequest)
    assert found.request == twice, "two of them are not understood, and left to the parser"


@pytest.mark.parametrize(
    ("started", "more", "expected"),
    [
        (b"GET /" + b"x" * (MAX_REQUEST_LINE_BYTES - 5), b"x", "414 URI Too Long"),
        (
            HEAD + b"X: " + b"y" * (MAX_HEAD_BYTES - len(HEAD) - 3),
            b"y",
            "431 Request Header Fields Too Large",
        ),
        (
            CHUNKS + b"fffff\r\n" + b"x" * (2 * MAX_BODY + (8 << 10) - 7),
            b"x",
            "413 Content Too Large",
        ),
    ],
)
def test_a_limit_is_the_most_that_passes(started: bytes, more: bytes, expected: str) -> None:
    framing = Framing(MAX_BODY)
    assert framing.feed(started) is None
    assert framing.feed(more) == RequestTooLarge(expected)


def test_the_trailers_limit_counts_from_their_chunk() -> None:
    start = chunked(b"x" * 5000, 5000).removesuffix(b"0\r\n\r\n") + b"0\r\n"
    framing = Framing(MAX_BODY)
    assert framing.feed(start + b"X: " + b"y" * ((8 << 10) - 5)) is None
    found = framing.feed(b"y")
    assert isinstance(found, CompleteRequest)
    assert found.closes


def test_a_chunk_size_may_be_just_within_a_line() -> None:
    line = b"4;" + b"v" * 1020
    whole = CHUNKS + line + b"\r\nid=1\r\n0\r\n\r\n"
    assert feed(whole) == CompleteRequest(whole, b"", closes=False)
    longer = feed(CHUNKS + line + b"vv\r\nid=1\r\n0\r\n\r\n")
    assert isinstance(longer, CompleteRequest)
    assert longer.closes


def test_a_size_of_a_chunk_is_hexadecimal() -> None:
    whole = CHUNKS + b"1000\r\n" + b"x" * 4096 + b"\r\n00\r\n\r\n"
    assert feed(whole) == CompleteRequest(whole, b"", closes=False)
    assert feed(whole + NEXT) == CompleteRequest(whole, NEXT, closes=False)


def test_it_says_how_much_is_to_come() -> None:
    framing = Framing(MAX_BODY)
    framing.feed(post(b"x" * 5000)[:-4000])
    assert framing.expected_bytes == len(post(b"x" * 5000))
    assert len(framing) == framing.expected_bytes - 4000


bodies = st.binary(max_size=60) | st.sampled_from([b"\r\n", b"0\r\n\r\n", b"\r\n\r\n", b"4\r\n"])
requests = st.one_of(
    bodies.map(post),
    st.builds(chunked, bodies, st.integers(1, 9)),
    st.just(get()),
)


@given(st.lists(requests, min_size=1, max_size=4), st.data())
@settings(max_examples=60, deadline=None)
def test_however_a_stream_is_cut_the_same_requests_come_out(
    stream: list[bytes], data: st.DataObject
) -> None:
    joined = b"".join(stream)
    marks = st.lists(st.integers(0, len(joined)), max_size=12)
    cuts = sorted({0, len(joined), *data.draw(marks)})
    found = []
    framing = Framing(MAX_BODY)
    for start, end in pairwise(cuts):
        came: bytes = joined[start:end]
        while isinstance(result := framing.feed(came), CompleteRequest):
            assert not result.closes
            found.append(result.request)
            framing, came = Framing(MAX_BODY), result.rest
    assert found == stream


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_nothing_makes_it_fail(tail: bytes) -> None:
    for start in (b"", HEAD, CHUNKS, CHUNKS + b"3\r\nid=\r\n"):
        feed(start + tail)
        feed(start + tail, 1)


def test_bytes_that_no_url_may_hold_are_percent_encoded_in_the_target_alone() -> None:
    request = "GET /webhook?fio=Иван HTTP/1.1\r\nX: Иван\r\n\r\n".encode()
    found = Framing(1000).feed(request)
    assert isinstance(found, CompleteRequest)
    assert found.request == (
        b"GET /webhook?fio=%D0%98%D0%B2%D0%B0%D0%BD HTTP/1.1\r\nX: " + "Иван".encode() + b"\r\n\r\n"
    )
    method = Framing(1000).feed("GÉT / HTTP/1.1\r\n\r\n".encode())
    assert isinstance(method, CompleteRequest)
    assert method.request.startswith("GÉT ".encode())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"GET /webhook?secret=a ?id=1 HTTP/1.1", b"GET /webhook?secret=a%20?id=1 HTTP/1.1"),
        (b"GET /webhook?secret=a  HTTP/1.1", b"GET /webhook?secret=a%20 HTTP/1.1"),
        (
            b"GET /webhook ?a=\xd0\x98  &b=1 HTTP/1.1",
            b"GET /webhook%20?a=%D0%98%20%20&b=1 HTTP/1.1",
        ),
        (b"GET /webhook?a= b HTTP/1.1", b"GET /webhook?a= b HTTP/1.1"),
    ],
)
def test_a_blank_where_a_part_of_the_url_ends_is_encoded(line: bytes, expected: bytes) -> None:
    """gunicorn would refuse it, and Calltouch does not try again."""
    fields = b"\r\nHost: calls.example\r\n\r\n"
    assert feed(line + fields) == CompleteRequest(expected + fields, b"", closes=False)
