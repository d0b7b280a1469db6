"""Bodies that come packed though nobody asked for it, unpacked up to a limit."""

import zlib

_GZIP, _DEFLATE, _RAW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


class Unreadable(ValueError):
    """It is not what its Content-Encoding says, or in one that nobody asked for."""


def unpack(body: bytes, encoding: str, most: int) -> tuple[bytes, bool]:
    """The first `most` bytes of it, and whether there is more. Raises `Unreadable`."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return body[:most], len(body) > most
    windows = {"gzip": (_GZIP,), "x-gzip": (_GZIP,), "deflate": (_DEFLATE, _RAW)}.get(name, ())
    for window in windows:
        inflater = zlib.decompressobj(window)
        try:
            text = inflater.decompress(body, most + 1)
        except zlib.error:
            continue
        return text[:most], len(text) > most
    raise Unreadable(name[:20])
