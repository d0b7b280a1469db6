"""multipart/form-data (RFC 7578): its fields as those of a form. Files are left where they are."""

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from email.utils import collapse_rfc2231_value

from receiver.decode.charset import BOM, best_text
from receiver.decode.limits import MAX_NAME_LENGTH, MAX_PARAMETERS, NUL, TOO_MANY

_MAX_HEAD = 8 << 10
_FIELD = b"content-disposition"
# What nearly every part has for a head; the rest is left to the standard library, which takes long.
_USUAL_HEAD = re.compile(rb'content-disposition: *form-data; *name="([^"\\]*)"', re.IGNORECASE)

UNREADABLE = "multipart body, not read"
NOT_CLOSED = "multipart body without an end"
_NO_NAME = "part of a multipart body without a name, not decoded"


def is_multipart(body: bytes, content_type: str) -> bool:
    """Some clients set a Content-Type of their own over the right one."""
    return content_type[:10].lower() == "multipart/" or (
        body.startswith(b"--") and _FIELD in body[:_MAX_HEAD].lower()
    )


def fields(body: bytes, content_type: str, problems: dict[str, None]) -> Iterator[tuple[str, str]]:
    """Names and values, in their order."""
    pieces = parts(body, content_type)
    if len(pieces) < 2 or _FIELD not in body.lower():
        problems[UNREADABLE] = None
        return
    if len(pieces) > MAX_PARAMETERS:
        problems[TOO_MANY] = None
    elif not pieces[-1].startswith(b"--"):
        problems[NOT_CLOSED] = None
        # A line end there belongs to the boundary that is missing.
        pieces[-1] = pieces[-1].removesuffix(b"\n").removesuffix(b"\r")
    # What stands before the first boundary is for people.
    for part in pieces[1 : MAX_PARAMETERS + 1]:
        if part.startswith(b"--"):
            return
        field = field_of(part, problems)
        if field is not None:
            yield field


def parts(body: bytes, content_type: str) -> list[bytes]:
    """What lies between the boundaries, without the line end before each."""
    line_end = b"\r\n" if b"\r\n" in body else b"\n"
    boundary = _boundary(content_type)
    if body.startswith(b"--") and (not boundary or boundary not in body):
        boundary = body.partition(line_end)[0].rstrip()
    return (line_end + body).split(line_end + boundary, MAX_PARAMETERS + 1) if boundary else []


def _boundary(content_type: str) -> bytes:
    """With its two dashes; empty when none is said."""
    message = Message()
    message["Content-Type"] = content_type.replace("\r", " ").replace("\n", " ")
    said = message.get_boundary("")
    return b"--" + said.encode("latin-1", "replace") if said else b""


def field_of(part: bytes, problems: dict[str, None]) -> tuple[str, str] | None:
    line_end = b"\r\n" if b"\r\n" in part else b"\n"
    head, _, content = part.partition(2 * line_end)
    usual = _USUAL_HEAD.fullmatch(head.strip())
    if usual:
        name = _text(usual[1], "", problems)
        return name, _text(content, name, problems)
    message = HeaderParser().parsestr(head[:_MAX_HEAD].lstrip(b" \t\r\n").decode("latin-1"))
    said = message.get_param("name", header=_FIELD.decode())
    if said is None:
        problems[_NO_NAME] = None
        return None
    name = _text(collapse_rfc2231_value(said).encode("latin-1", "replace"), "", problems)
    if message.get_param("filename", header=_FIELD.decode()) is not None:
        problems[f"file in a multipart body, not read: {name[:MAX_NAME_LENGTH]}"] = None
        return None
    # Undoes base64 and quoted-printable, which old clients use.
    message.set_payload(content.decode("latin-1"))
    value = message.get_payload(decode=True)
    return name, _text(value if isinstance(value, bytes) else content, name, problems)


def _text(raw: bytes, name: str, problems: dict[str, None]) -> str:
    text, flaw = best_text(raw)
    if "\0" in text:
        text, flaw = text.replace("\0", "\ufffd"), flaw or NUL
    if flaw:
        problems[f"{flaw}: {(name or text)[:MAX_NAME_LENGTH]}"] = None
    return text.strip(BOM)
