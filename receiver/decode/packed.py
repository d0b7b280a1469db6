"""Compressed bodies, told by their first bytes: Content-Encoding is not kept with a delivery.

gzip (RFC 1952), zlib (RFC 1950, what HTTP calls `deflate`), and bare deflate (RFC 1951), which
some clients send under that name.
"""

import re
import zlib

MAX_UNPACKED = 8 << 20
"""Bytes. A text of `MAX_TEXT` characters, percent-encoded, is 6 MiB."""

DAMAGED = "compressed body damaged, not read"
TOO_LARGE = f"compressed body of more than {MAX_UNPACKED} bytes, not read"

_GZIP = b"\x1f\x8b\x08"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")


class _TooLarge(Exception):
    """More than `MAX_UNPACKED` bytes come out."""


def unpack(body: bytes, problems: dict[str, None]) -> bytes:
    """The body as it was before it was compressed; as it is when it never was.

    Empty, and the reason in `problems`, when nothing can be read of it.
    """
    if body.startswith(_GZIP):
        return _gzip(body, problems)
    if body.isascii() and not body.startswith(b"x^"):
        return body
    return _deflate(body, problems)


def _gzip(body: bytes, problems: dict[str, None]) -> bytes:
    unpacked = b""
    try:
        # A gzip file may be several, one behind the other.
        while body.startswith(_GZIP):
            member, body = _inflate(body, zlib.MAX_WBITS | 16, MAX_UNPACKED - len(unpacked))
            unpacked += member
    except zlib.error:
        problems[DAMAGED] = None
        return b""
    except _TooLarge:
        problems[TOO_LARGE] = None
        return b""
    return unpacked


def _deflate(body: bytes, problems: dict[str, None]) -> bytes:
    """With the head of zlib, which ends in a checksum; or without, when it comes out whole and is
    text."""
    has_head = int.from_bytes(body[:2], "big") % 31 == 0 and body[0] & 0x0F == zlib.DEFLATED
    try:
        unpacked, rest = _inflate(body, zlib.MAX_WBITS if has_head else -zlib.MAX_WBITS)
    except zlib.error:
        return body
    except _TooLarge:
        problems[TOO_LARGE] = None
        return b""
    is_chance = not has_head and (rest or _CONTROL.search(unpacked))
    return body if is_chance else unpacked


def _inflate(body: bytes, wbits: int, most: int = MAX_UNPACKED) -> tuple[bytes, bytes]:
    """What comes out, and what lies behind; raises `zlib.error` or `_TooLarge`."""
    stream = zlib.decompressobj(wbits)
    unpacked = stream.decompress(body, most + 1)
    if len(unpacked) > most:
        raise _TooLarge
    if not stream.eof:
        raise zlib.error("ends before its time")
    return unpacked, stream.unused_data
