"""Fixed hostile requests: broken forms that must be kept, broken HTTP that must be refused.

Every request goes to `/webhook`; the test gives each a webhook name of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

from tests.faults.hostile.bodies import HIDDEN, LARGE_BODIES, ODD_BODIES
from tests.faults.hostile.raw import chunked, get, post

FORM = b"Content-Type: application/x-www-form-urlencoded"
LEAD = b"leadtype=call&id=1&callerphone=79990001122"
REFUSED = frozenset({400, 404, 408, 411, 413, 414, 417, 431, None})
"""Statuses of what is broken; None: closed without an answer."""


_LAST = b"0\r\n\r\n"
_SIZE = len(HIDDEN)
_FRAMING_FIELDS = (
    b"Content-Length: 4\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: chunked\r\nContent-Length: 4",
    b"Content-Length: 0\r\nContent-Length: %d" % _SIZE,
    b"Content-Length: %d\r\nContent-Length: 0" % _SIZE,
    b"Content-Length: 0, %d" % _SIZE,
    b"Content-Length: 5\r\nContent-Length: 5",
    b"Content-Length: +5",
    b"Content-Length: -5",
    b"Content-Length: 0x5",
    b"Content-Length: 5_0",
    b"Content-Length: 5 5",
    b"Content-Length: \xb2",
    b"Content-Length:",
    b"Content-Length : 5",
    b"Content-Length\t: 5",
    b" Content-Length: 5",
    b"X: y\r\n Content-Length: 5",
    b"X: y\nContent-Length: 5",
    b"X: y\rContent-Length: 5",
    b"Content-Length:\r\n 5",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    b"Transfer-Encoding: identity, chunked, identity",
    b"Transfer-Encoding: chunked, chunked",
    b"Transfer-Encoding: \x0bchunked",
    b"Transfer-Encoding : chunked",
    b"Transfer-Encoding\t: chunked",
    b"Transfer-Encoding:\r\n chunked",
    b"Transfer-Encoding:\r\n\tchunked",
    b"Transfer-Encoding: gzip",
    b"Transfer-Encoding: identity",
    b"Transfer\xadEncoding: chunked",
    b"X: y\nTransfer-Encoding: chunked",
)


@dataclass(frozen=True, slots=True)
class Case:
    """`kept`: the query and body that must be stored, None when nothing may be."""

    name: str
    request: bytes
    statuses: frozenset[int | None]
    kept: tuple[bytes, bytes] | None = None


def cases() -> Iterator[Case]:
    yield from _bodies_kept()
    yield from _content_types_kept()
    yield from _urls()
    yield from _lengths_that_disagree()
    yield from _broken_chunks()
    yield from _no_http()
    yield from _methods()
    yield from _heads_kept()


def _bodies_kept() -> Iterator[Case]:
    for name, body in (ODD_BODIES | LARGE_BODIES).items():
        yield _kept(f"post: {name}", post(body), b"", body)
        if len(body) < 1 << 20:
            yield _kept(f"chunked: {name}", chunked(body, 100, [FORM]), b"", body)
            query = quote_from_bytes(body, safe="=&[]%{}<>'\";").encode()
            if len(query) < 60_000:
                yield _kept(f"get: {name}", get(b"/webhook?" + query), query, b"")


def _content_types_kept() -> Iterator[Case]:
    for kind in (
        b"text/plain", b"application/json", b"application/octet-stream", b"multipart/form-data",
        b"multipart/form-data; boundary=", b"multipart/form-data; boundary=x", b"", b";;;", b"x",
        b"application/x-www-form-urlencoded; charset=windows-1251", b"text/html; charset=none",
        b"application/x-www-form-urlencoded; charset=\"", b"\xd0\x98", b"y" * 8000,
    ):  # fmt: skip
        request = post(LEAD, fields=[b"Content-Type: " + kind])
        yield _kept(f"content type {kind[:60]!r}", request, b"", LEAD)
    yield _kept("no content type", post(LEAD, fields=[]), b"", LEAD)
    body = b'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\n1\r\n--x--\r\n'
    fields = [b"Content-Type: multipart/form-data; boundary=x"]
    yield _kept("multipart", post(body, fields=fields), b"", body)


def _urls() -> Iterator[Case]:
    start = b"id=1&text[0][phrase]="
    for size in (3 << 10, 8 << 10, 30 << 10, 60 << 10, (64 << 10) - 12):
        query = start + b"x" * (size - len(start) - len(b"/webhook?"))
        yield _kept(f"url of {size}", get(b"/webhook?" + query), query, b"")
    for size in (66 << 10, 70 << 10, 100 << 10, 1 << 20, 8 << 20):
        yield _refused(f"url of {size}", get(b"/webhook?" + b"x" * size), 414, 431)
    for query in (b"?", b"??a=b", b"a=1#b", b"a=%", b"{a}", b"a=1&secret=x", b"/../..", b"//x"):
        kept = query.partition(b"#")[0].replace(b"&secret=x", b"")
        yield _kept(f"query {query!r}", get(b"/webhook?" + query), kept, b"")
    for query, kept in ((b"a=\xd0\x98", b"a=%D0%98"), (b"a=\xc8", b"a=%C8")):
        yield _kept(f"query {query!r}", get(b"/webhook?" + query), kept, b"")
    for query in (b"a=\0", b"a= b", b"a=\x7f", b"a=\x1b[31m"):
        yield _refused(f"query {query!r}", get(b"/webhook?" + query))


def _lengths_that_disagree() -> Iterator[Case]:
    """What two servers in a row could see as different requests."""
    for fields in _FRAMING_FIELDS:
        head = b"POST /webhook HTTP/1.1\r\nHost: x\r\n" + fields + b"\r\n\r\n"
        yield _refused(f"{fields!r}", head + _LAST + HIDDEN)
    for coding in (b"xchunked", b"chunked;q=1", b"chun ked", b"nothing", b"", b'"chunked"'):
        head = b"POST /webhook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + coding + b"\r\n\r\n"
        # What the standard wants for a coding that is not known.
        yield _refused(f"coding {coding!r}", head + _LAST + HIDDEN, 501)
    huge = post(b"").replace(b"Length: 0", b"Length: 100000000")
    yield _refused("100 MB declared", huge, 413)
    yield _refused("100 MB sent", huge + b"x" * 100_000_000, 413)
    yield _refused("a length beyond all", huge.replace(b"100000000", b"9" * 4000), 413)
    old = b"POST /webhook HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"
    yield _refused("chunks of HTTP/1.0", old + _LAST + HIDDEN)


def _broken_chunks() -> Iterator[Case]:
    head = b"POST /webhook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    for chunks in (
        b"zz\r\nabc\r\n", b"-3\r\nabc\r\n", b"+3\r\nabc\r\n", b"0x3\r\nabc\r\n", b" 3\r\nabc\r\n",
        b"3 \r\nabc\r\n", b"\r\nabc\r\n", b"3\nabc\n", b"3\r\nabcd\r\n", b"4\r\nabc\r\n",
        b"3\r\nabc", b"3\r\nabc\n", b"3\rabc\r\n", b"3;\x00\r\nabc\r\n", b"3;a b\r\nabc\r\n",
        b"3;a=\"\r\nabc\r\n", b"3;a\rb\r\nabc\r\n", b"3_0\r\nabc\r\n", b"3.0\r\nabc\r\n",
        b"ffffffffffffffff\r\nabc\r\n", b"fffffffffffffffff\r\nabc\r\n", b"\xb3\r\nabc\r\n",
        b"3" * 5000 + b"\r\nabc\r\n",
    ):  # fmt: skip
        yield _refused(f"chunk {chunks[:30]!r}", head + chunks + b"0\r\n\r\n" + HIDDEN)
    for trailer in (b"bad", b"X : y", b"Content-Length: 5", b"Host: x", b"X: y\n\n", b"X: \0"):
        request = head + b"4\r\nid=1\r\n0\r\n" + trailer + b"\r\n\r\n" + HIDDEN
        yield _refused(f"trailer {trailer!r}", request)
    yield _refused("trailers without end", head + b"0\r\n" + b"X: y\r\n" * 50_000)
    yield _refused("chunks without end", head + (b"10000\r\n" + b"x" * 65536 + b"\r\n") * 1500)
    yield _refused("chunk sizes without end", head + b"1" * 1_000_000)


def _no_http() -> Iterator[Case]:
    for name, data in {
        "nothing": b"",
        "one byte": b"P",
        "empty lines": b"\r\n" * 1000,
        "bare line feeds": b"POST /webhook HTTP/1.1\nHost: x\n\n",
        "HTTP/0.9": b"GET /webhook\r\n\r\n",
        "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0",
        "HTTP/3.0": b"GET /webhook HTTP/3.0\r\n\r\n",
        "HTTP/1.11": b"GET /webhook HTTP/1.11\r\n\r\n",
        "version of other digits": "GET /webhook HTTP/1.١\r\n\r\n".encode(),
        "TLS hello": b"\x16\3\1\2\0\1\0\1\xfc\3\3" + bytes(range(256)) * 2,
        "SSH": b"SSH-2.0-OpenSSH_9.6\r\n",
        "SMTP": b"EHLO x\r\n\r\n",
        "proxy line": b"PROXY TCP4 92.118.66.7 10.0.0.1 1 2\r\n" + get(),
        "proxy line 2": b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\\vB\7\n\0\0\1\0\1\0\2" + get(),
        "nul in method": b"PO\0ST /webhook HTTP/1.1\r\n\r\n",
        "escape in method": b"PO\x1b[31mST /webhook HTTP/1.1\r\n\r\n",
        "no target": b"GET  HTTP/1.1\r\n\r\n",
        "tabs": b"GET\t/webhook\tHTTP/1.1\r\n\r\n",
        "field without colon": get(b"/webhook", b"hello"),
        "field without name": get(b"/webhook", b": x"),
        "field with spaces": get(b"/webhook", b"X Y: z"),
        "nul in field": get(b"/webhook", b"X: \0"),
        "folded field": get(b"/webhook", b"X: y\r\n z"),
        "two hosts": get(b"/webhook", b"Host: evil.example"),
        "two content types": post(b"id=1", fields=[FORM, FORM]),
        "long field": get(b"/webhook", b"X: " + b"y" * 20_000),
        "1,000 fields": get(b"/webhook", *[b"X-%d: y" % n for n in range(1000)]),
        "fields without end": b"GET /webhook HTTP/1.1\r\n" + b"X: y\r\n" * 100_000,
        "strange expectation": post(b"id=1", fields=[b"Expect: the worst"]),
        "rubbish": bytes(range(256)) * 100,
    }.items():
        yield _refused(name, data)


def _methods() -> Iterator[Case]:
    for method in (b"PUT", b"DELETE", b"PATCH", b"TRACE", b"PROPFIND", b"QUERY", b"POSTX"):
        yield _refused(f"method {method!r}", post(LEAD, method=method), 405)
    for method in (b"get", b"Post", b"P", b"G" * 5000, b"POST#", b"M\xc3\xa9"):
        yield _refused(f"method {method[:10]!r}", post(LEAD, method=method))
    yield Case("HEAD", get(b"/webhook?id=1", method=b"HEAD"), frozenset({200}))
    yield Case("OPTIONS", get(b"/webhook?id=1", method=b"OPTIONS"), frozenset({200}))
    yield _kept("activation check", get(), b"", b"")
    yield _kept("activation check by post", post(b""), b"", b"")


def _heads_kept() -> Iterator[Case]:
    """Odd, but HTTP: what a proxy or a careless library may send."""
    for field in (
        b"Host:", b"X-Forwarded-Host: evil", b"Cookie: " + b"c" * 8000, b"Range: bytes=0-1",
        b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQ",
        b"If-None-Match: *", b"Accept: nothing/none", b"Accept-Encoding: ???", b"TE: trailers",
        b"Connection: keep-alive, close, x", b"X_Underscore: 1", b"Content-Encoding: gzip",
        b"X: \xff\xfe", b"Authorization: Basic ====", b"X-HTTP-Method-Override: DELETE",
        b"Content_Length: 5", b"Transfer_Encoding: chunked", b"Max-Forwards: 0", b"Date: never",
    ):  # fmt: skip
        request = post(LEAD, fields=[FORM, field])
        if field.startswith(b"Host"):
            request = request.replace(b"Host: calls.example\r\n", b"", 1)
        yield _kept(f"field {field[:40]!r}", request, b"", LEAD)
    no_host = post(LEAD).replace(b"Host: calls.example\r\n", b"")
    yield _kept("no host", no_host, b"", LEAD)
    yield _kept("HTTP/1.0", no_host.replace(b"HTTP/1.1", b"HTTP/1.0"), b"", LEAD)
    yield _kept("whole URL", get(b"http://evil.example/webhook?id=1"), b"id=1", b"")
    yield _kept("empty lines before", b"\r\n\r\n" + post(LEAD), b"", LEAD)


def _kept(name: str, request: bytes, query: bytes, body: bytes) -> Case:
    return Case(name, request, frozenset({200}), (query, body))


def _refused(name: str, request: bytes, *others: int) -> Case:
    return Case(name, request, REFUSED | set(others))
