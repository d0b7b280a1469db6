"""Seeded mutations of recorded payloads, and of the requests that carry them."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from tests.faults.hostile.raw import chunked, get, post

_IN_URL = re.compile(rb"[!-\"$-~]*")
_TYPES = (
    b"application/x-www-form-urlencoded",
    b"application/x-www-form-urlencoded; charset=windows-1251",
    b"application/json",
    b"multipart/form-data",
    b"text/plain",
    b"",
    b"\xff;=",
)


@dataclass(frozen=True, slots=True)
class Mutation:
    """A request in the pieces in which it is sent. `kept`: the query and body that must be stored;
    None when it may have become broken HTTP, of which only no harm is expected."""

    pieces: tuple[bytes, ...]
    kept: tuple[bytes, bytes] | None


def mutate(chance: random.Random, payload: bytes, webhook: bytes) -> Mutation:
    for _ in range(chance.randint(1, 3)):
        payload = chance.choice(_OF_PAYLOADS)(chance, payload)
    path = b"/webhook/" + webhook
    request, kept = _carried(chance, payload, path)
    if chance.random() < 0.4:
        for _ in range(chance.randint(1, 3)):
            request = chance.choice(_OF_REQUESTS)(chance, request)
        return Mutation(_pieces(chance, request), None)
    return Mutation(_pieces(chance, request), kept)


def _carried(
    chance: random.Random, payload: bytes, path: bytes
) -> tuple[bytes, tuple[bytes, bytes]]:
    """The payload in a valid request, and what of it must be kept."""
    fields = [b"X-%d: %d" % (n, n) for n in range(chance.choice((0, 0, 3, 40)))]
    way = chance.random()
    if way < 0.25 and len(payload) < 60_000 and _IN_URL.fullmatch(payload):
        return get(path + b"?" + payload, *fields), (payload, b"")
    if chance.random() < 0.9:
        fields.append(b"Content-Type: " + chance.choice(_TYPES))
    if way < 0.6:
        size = chance.choice((1, 7, 100, 5000))
        return chunked(payload, size, fields).replace(b"/webhook", path, 1), (b"", payload)
    return post(payload, path, fields), (b"", payload)


def _pieces(chance: random.Random, request: bytes) -> tuple[bytes, ...]:
    if not request:
        return (b"",)
    cuts = sorted(chance.randrange(len(request)) for _ in range(chance.choice((0, 0, 1, 2, 6))))
    ends = [*cuts, len(request)]
    return tuple(request[start:end] for start, end in zip([0, *cuts], ends, strict=True))


# --- of payloads ---------------------------------------------------------------------------------


def _flip(chance: random.Random, data: bytes) -> bytes:
    flipped = bytearray(data)
    for _ in range(chance.choice((1, 1, 5, 100)) if data else 0):
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
    return bytes(flipped)


def _cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randint(0, len(data))]


def _drop(chance: random.Random, data: bytes) -> bytes:
    start = chance.randint(0, len(data))
    return data[:start] + data[start + chance.randint(0, 200) :]


def _double(chance: random.Random, data: bytes) -> bytes:
    return data + chance.choice((b"&", b"")) + data


def _swap(chance: random.Random, data: bytes) -> bytes:
    params = data.split(b"&")
    chance.shuffle(params)
    return b"&".join(params)


def _repeat(chance: random.Random, data: bytes) -> bytes:
    params = data.split(b"&")
    return b"&".join([*params, *[chance.choice(params)] * chance.choice((1, 50))])


def _break_escapes(chance: random.Random, data: bytes) -> bytes:
    broken = chance.choice((b"%zz", b"%", b"%u0410", b"%25", b"%00", b"%C0%AF", b"%ED%A0%80"))
    return re.sub(rb"%[0-9A-F]{2}", lambda m: broken if chance.random() < 0.1 else m[0], data)


def _reencode(chance: random.Random, data: bytes) -> bytes:
    encoding = chance.choice(("cp1251", "utf-16", "koi8-r", "utf-8"))
    return unquote_to_bytes(data).decode(errors="replace").encode(encoding, "replace")


def _insert(chance: random.Random, data: bytes) -> bytes:
    start = chance.randint(0, len(data))
    put = chance.choice((b"\0", b"\r\n", b"&", b"=", b"[", b"][", b"+", b"\xff" * 9, b"0\r\n\r\n"))
    return data[:start] + put * chance.choice((1, 1, 20)) + data[start:]


def _renumber(chance: random.Random, data: bytes) -> bytes:
    index = chance.choice((b"[99999999999]", b"[-1]", b"[]", b"[x]", b"[0][0][0]", b"["))
    return data.replace(b"%5B0%5D", index).replace(b"[0]", index)


def _rubbish(chance: random.Random, data: bytes) -> bytes:
    return chance.randbytes(chance.choice((1, 100, 10_000)))


# --- of requests ---------------------------------------------------------------------------------


def _wrong_length(chance: random.Random, request: bytes) -> bytes:
    wrong = chance.choice((b"0", b"1", b"-1", b"99999999999", b"x", b"", b"16777217", b"5, 5"))
    return re.sub(rb"(?<=Content-Length: )[0-9]+", wrong, request, count=1)


def _other_method(chance: random.Random, request: bytes) -> bytes:
    methods = (b"PUT", b"HEAD", b"OPTIONS", b"TRACE", b"get", b"", b"\0", b"POST" * 50, b"CONNECT")
    return chance.choice(methods) + b" " + request.partition(b" ")[2]


def _other_version(chance: random.Random, request: bytes) -> bytes:
    versions = (b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2.0", b"HTTP/1.1 ", b"", b"http/1.1", b"HTTPS/1.1")
    return request.replace(b"HTTP/1.1", chance.choice(versions), 1)


def _other_fields(chance: random.Random, request: bytes) -> bytes:
    fields = (
        b"Transfer-Encoding: chunked", b"Transfer-Encoding:\tchunked", b"Content-Length: 7",
        b"Expect: 100-continue", b"Connection: close", b"Upgrade: websocket", b"Host: ..",
        b" folded", b"no colon", b"X: \0", b"X: " + b"y" * 30_000, b"Transfer-Encoding: odd",
    )  # fmt: skip
    return request.replace(b"\r\n", b"\r\n" + chance.choice(fields) + b"\r\n", 1)


def _other_line_ends(chance: random.Random, request: bytes) -> bytes:
    return request.replace(b"\r\n", chance.choice((b"\n", b"\r", b"\n\r", b"\r\n\r\n")))


def _another_behind(chance: random.Random, request: bytes) -> bytes:
    return request + chance.choice((b"\r\n", get(), b"\0" * 50, b"GET / HTTP/1.1\r\n"))


Change = Callable[[random.Random, bytes], bytes]
_OF_PAYLOADS: tuple[Change, ...] = (
    _flip, _cut, _drop, _double, _swap, _repeat, _break_escapes, _reencode, _insert, _renumber,
    _rubbish,
)  # fmt: skip
_OF_REQUESTS: tuple[Change, ...] = (
    _flip, _cut, _drop, _insert, _wrong_length, _other_method, _other_version, _other_fields,
    _other_line_ends, _another_behind,
)  # fmt: skip
