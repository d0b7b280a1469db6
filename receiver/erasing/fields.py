"""What is replaced in the fields of a raw delivery: written as its sender would have; everything
else stays byte for byte. Bodies are taken apart as receiver/decode reads them.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from analytics.parameters import PARAMETERS
from receiver.decode import UTF_8_MARKS, one_query
from receiver.decode.json_bodies import json_object
from receiver.decode.multipart import is_multipart
from receiver.decode.packed import unpack
from receiver.erasing.field import FieldPath, RawField
from receiver.erasing.form_fields import form_fields
from receiver.erasing.json_fields import json_fields
from receiver.erasing.mentions import NamesSought
from receiver.erasing.multipart_fields import multipart_fields
from receiver.erasing.spelling import Replacement, apart, spliced
from receiver.inbox.delivery import Delivery

Ended = Callable[[RawField, Mapping[FieldPath, str]], Iterable[Replacement]]
"""What of a field's text is replaced; the texts of all fields, by their paths, may be looked at."""

SearchedBytes = Callable[[bytes, NamesSought], bytes]
"""Bytes without what is found in them; in fields, names have been looked for already."""


@dataclass(frozen=True, slots=True)
class RawPart:
    """A query or a body, taken apart. `text`: in `codec`, with surrogates for bad bytes. `pack`:
    how the bytes become what was sent."""

    text: str
    codec: str
    fields: list[RawField]
    pack: Callable[[bytes], bytes] = bytes

    def with_ended(
        self, ended: Ended, texts: Mapping[FieldPath, str], searched: SearchedBytes
    ) -> bytes | None:
        """None where nothing is replaced."""
        found = [written for one in self.fields for written in one.written(ended(one, texts))]
        before = self.text.encode(self.codec, "surrogateescape")
        new = spliced(self.text, apart(found)).encode(self.codec, "surrogateescape")
        is_read = any(one.path[0] in PARAMETERS for one in self.fields)
        new = searched(new, NamesSought.NONE if is_read else NamesSought.FULL)
        return None if new == before else self.pack(new)


def rewritten(
    delivery: Delivery, rename: Mapping[str, str] | None, ended: Ended, searched: SearchedBytes
) -> tuple[bytes, bytes]:
    """Query and body. `rename`: the account's names of parameters to Calltouch's; None where the
    body is what a store knew of the delivery."""
    query = _renamed(query_part(delivery.query), rename or {})
    body = body_part(delivery.body, delivery.content_type)
    body = _of_store(body) if rename is None else _renamed(body, rename)
    texts = {one.path: one.text for one in (*query.fields, *body.fields) if not one.is_name}
    new_query = query.with_ended(ended, texts, searched)
    new_body = body.with_ended(ended, texts, searched)
    return (
        delivery.query if new_query is None else new_query,
        delivery.body if new_body is None else new_body,
    )


def query_part(query: bytes) -> RawPart:
    fields = list(form_fields(one_query(query).decode("latin-1")))
    return RawPart(query.decode("latin-1"), "latin-1", fields)


def body_part(body: bytes, content_type: str) -> RawPart:
    unpacked = unpack(body, {})
    pack: Callable[[bytes], bytes] = bytes
    if unpacked != body:
        if not unpacked:
            return RawPart(body.decode("latin-1"), "latin-1", [])
        pack = _packing(body)
    return _decoded_part(unpacked, content_type, pack)


def _decoded_part(body: bytes, content_type: str, pack: Callable[[bytes], bytes]) -> RawPart:
    encoding = json.detect_encoding(body)
    if encoding.startswith("utf-8"):
        mark = UTF_8_MARKS.match(body)
        front = mark[0] if mark else b""
        rest = body[len(front) :]
        return _read(rest, content_type, lambda raw: pack(front + raw))
    codec, front = _wide(encoding, body)
    text = body[len(front) :].decode(codec, "replace")
    return _read(
        text.encode("utf-8", "replace"),
        content_type,
        lambda raw: pack(front + raw.decode().encode(codec)),
    )


def _read(body: bytes, content_type: str, pack: Callable[[bytes], bytes]) -> RawPart:
    if is_multipart(body, content_type):
        fields = list(multipart_fields(body, content_type))
        if fields or body.startswith(b"--"):
            return RawPart(body.decode("latin-1"), "latin-1", fields, pack)
    bare = body.strip(b"\r\n\t &")
    says_json = "json" in content_type.lower()
    if (says_json or bare[:1] == b"{") and json_object(bare, {}) is not None:
        text = body.decode("utf-8", "surrogateescape")
        return RawPart(text, "utf-8", list(json_fields(text)), pack)
    text, front = body.decode("latin-1"), body.find(bare)
    # A query that was copied into a body with its mark.
    start = front + len(bare) - len(bare.lstrip(b"?"))
    fields = list(form_fields(text, start, front + len(bare))) if b"=" in bare else []
    return RawPart(text, "latin-1", fields, pack)


def _renamed(part: RawPart, rename: Mapping[str, str]) -> RawPart:
    if not rename:
        return part
    fields = [
        replace(one, path=(rename.get(one.path[0], one.path[0]), *one.path[1:]))
        for one in part.fields
    ]
    return replace(part, fields=fields)


def _of_store(part: RawPart) -> RawPart:
    """Its parameters alone, under Calltouch's names."""
    fields = [
        replace(one, path=one.path[1:])
        for one in part.fields
        if one.path[0] == "params" and len(one.path) > 1
    ]
    return replace(part, fields=fields)


def _wide(encoding: str, body: bytes) -> tuple[str, bytes]:
    """The codec without a mark of its own, and the mark that is there."""
    for mark, codec in (
        (b"\xff\xfe\x00\x00", "utf-32-le"),
        (b"\x00\x00\xfe\xff", "utf-32-be"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if body.startswith(mark):
            return codec, mark
    return encoding, b""


def _packing(body: bytes) -> Callable[[bytes], bytes]:
    if body.startswith(b"\x1f\x8b"):
        return lambda raw: gzip.compress(raw, mtime=0)
    has_head = int.from_bytes(body[:2], "big") % 31 == 0 and body[0] & 0x0F == zlib.DEFLATED
    return lambda raw: zlib.compress(raw, wbits=zlib.MAX_WBITS if has_head else -zlib.MAX_WBITS)
