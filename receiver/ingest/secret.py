"""The secret in a webhook's URL, `?secret=…`: the only credential Calltouch can send.

A URL is copied by hand, and Calltouch appends its parameters. What a secret suffers on the way must
not lose a delivery: a slash or a blank at its end, a plus that became a blank, and Calltouch's own
`?` after it.
"""

import hmac
import re
from urllib.parse import unquote_to_bytes

_NAME = b"secret"
# Where Calltouch's parameters begin in `secret=abc?leadtype=call`; some clients encode the `?`.
_SECOND_QUERY = re.compile(rb"(?:\?|%3[Ff])(?=[A-Za-z_][A-Za-z0-9_.%\[\]-]{0,199}=)")
_BLANKS = b" \t\r\n"
# No-break space, zero-width space and byte order mark, which messengers and editors add.
_UNSEEN = re.compile(b"\xc2\xa0|\xe2\x80\x8b|\xef\xbb\xbf")


def take_secret(query: bytes, wanted: str | None = None) -> tuple[bytes, bytes | None]:
    """The query without its `secret`, byte for byte, and the secret (None if there is none).

    `wanted` is what the secret should be: if it contains a `?`, it is not split there.
    """
    secret = None
    kept = []
    for part in _parts(query):
        name, _, value = part.partition(b"=")
        if name == _NAME or (b"%" in name and unquote_to_bytes(name) == _NAME):
            secret, rest = _split(value, wanted)
            kept += rest
        else:
            kept.append(part)
    return b"&".join(kept), secret


def is_right(given: bytes | None, wanted: str) -> bool:
    """Compare in constant time, tolerating what a secret loses or gains on its way."""
    expected = wanted.encode()
    bare = _bare(expected)
    is_same = hmac.compare_digest(given or b"", expected)
    return is_same or bool(bare and hmac.compare_digest(_bare(given or b""), bare))


def _parts(query: bytes) -> list[bytes]:
    if b"?" in query:
        query = re.sub(rb"\?(?=secret=)", b"&", query)
    return query.split(b"&")


def _split(value: bytes, wanted: str | None) -> tuple[bytes, list[bytes]]:
    """The decoded secret, and the parameter after it if there is one."""
    secret = _decoded(value)
    second = _SECOND_QUERY.search(value)
    if second is None or (wanted is not None and is_right(secret, wanted)):
        return secret, []
    return _decoded(value[: second.start()]), [value[second.end() :]]


def _decoded(value: bytes) -> bytes:
    return unquote_to_bytes(value.replace(b"+", b" "))


def _bare(secret: bytes) -> bytes:
    """Without what a URL gains at its ends, and with blanks in place of pluses."""
    trimmed = _UNSEEN.sub(b" ", secret).replace(b"+", b" ")
    return trimmed.lstrip(_BLANKS).rstrip(_BLANKS + b"/?")
