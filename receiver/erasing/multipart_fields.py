"""The fields of a multipart body."""

import re
from collections import Counter
from collections.abc import Iterator

from receiver.decode.multipart import field_of, parts
from receiver.erasing.field import FieldPath, RawField, Syntax
from receiver.erasing.form_fields import path_of, text_spelling
from receiver.erasing.spelling import Spelling

_ENCODED = re.compile(r"content-transfer-encoding:\s*(base64|quoted-printable)", re.IGNORECASE)


def multipart_fields(body: bytes, content_type: str) -> Iterator[RawField]:
    """In the text of the body's bytes, a character each. The content of a file is a field that is
    named after it."""
    counted: Counter[FieldPath] = Counter()
    pieces = parts(body, content_type)
    line_end = b"\r\n" if b"\r\n" in body else b"\n"
    # The line end that `parts` puts before the body is not there.
    at = -len(line_end)
    boundary = _boundary_length(body, pieces, line_end)
    for place, part in enumerate(pieces):
        if place and part.startswith(b"--"):
            return
        if place:
            yield from _of_part(part, at, counted)
        at += len(part) + boundary


def _boundary_length(body: bytes, pieces: list[bytes], line_end: bytes) -> int:
    """With the line end before it."""
    if len(pieces) < 2:
        return 0
    held = sum(map(len, pieces))
    return (len(body) + len(line_end) - held) // (len(pieces) - 1)


def _of_part(part: bytes, at: int, counted: Counter[FieldPath]) -> Iterator[RawField]:
    line_end = b"\r\n" if b"\r\n" in part else b"\n"
    head, _, content = part.partition(2 * line_end)
    start = at + len(part) - len(content)
    end = start + len(content)
    read = field_of(part, {})
    if read is None:
        # A file, or a part without a name: what is in it stays out of the lead.
        name: FieldPath = ("#file",)
        yield RawField(name, _spelt(content, start), start, end, "plain")
        return
    name, value = path_of(read[0], counted), read[1]
    encoded = _ENCODED.search(head.decode("latin-1"))
    if encoded:
        syntax: Syntax = "base64" if encoded[1].lower() == "base64" else "quoted-printable"
        yield RawField(name, Spelling.plain(value), start, end, syntax)
    else:
        yield RawField(name, _spelt(content, start), start, end, "plain")


def _spelt(content: bytes, start: int) -> Spelling:
    starts = list(range(start, start + len(content)))
    return text_spelling(content, starts, [place + 1 for place in starts])
