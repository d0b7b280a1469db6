"""Decoding: the bytes of a delivery in, its parameters out. No I/O, no clock, nothing raised.

Calltouch sends URL-encoded UTF-8 (query for GET, body for POST) with lists in bracket notation,
`comment[0][party]=…`. What is not as it should be is read as well as it can be and said in
`problems`; the raw bytes stay in the inbox and the archive whatever happens here.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from receiver.decode import multipart
from receiver.decode.forms import form, nest
from receiver.decode.json_bodies import json_object
from receiver.decode.limits import MAX_NAMES, MAX_PARAMETERS, MAX_TEXT, MAX_VALUE, Params
from receiver.decode.packed import unpack

__all__ = [
    "MAX_NAMES",
    "MAX_PARAMETERS",
    "MAX_TEXT",
    "MAX_VALUE",
    "DecodedBody",
    "Params",
    "decode",
]

UTF_8_MARKS = re.compile(rb"\A(?:[\r\n\t &]|\xef\xbb\xbf)+")
_MACRO = re.compile(r"\{\s*[\w.]+\s*\}")


@dataclass(frozen=True, slots=True)
class DecodedBody:
    """The parameters of a delivery under Calltouch's own names.

    `is_empty`: there is nothing in it, or macros that were not expanded. Without a lead's id that
    makes it the probe that Calltouch's cabinet sends when a webhook is switched on.
    """

    params: Params
    problems: tuple[str, ...]
    is_empty: bool


def decode(query: bytes, body: bytes, content_type: str, rename: Mapping[str, str]) -> DecodedBody:
    """Merge the parameters of query and body (the body wins) and undo the account's renames."""
    problems: dict[str, None] = {}
    params = _query(query, problems) | _body(body, content_type, problems)
    if rename:
        params = _undo_renames(params, rename)
    is_empty = (not params and not problems) or _has_macro(params)
    return DecodedBody(params, tuple(problems), is_empty)


def _query(query: bytes, problems: dict[str, None]) -> Params:
    """A URL that has a query already gets Calltouch's behind another `?`: `a=1?leadtype=call`.

    Calltouch encodes its values, so a raw `?` is in none; in others it is that of an address.
    """
    return form(one_query(query), problems) if query else {}


def one_query(query: bytes) -> bytes:
    """Of as many bytes, with the second `?` a `&`."""
    before, mark, behind = query.partition(b"?")
    is_address = b"/" in before.rpartition(b"&")[2].rstrip(b"/")
    if mark and not is_address and b"=" in behind.partition(b"&")[0]:
        return before + b"&" + behind
    return query


def _body(body: bytes, content_type: str, problems: dict[str, None]) -> Params:
    """The parameters of a form, of a JSON object or of multipart fields; none of anything else."""
    if not body:
        return {}
    body = _as_utf8(unpack(body, problems), problems)
    if multipart.is_multipart(body, content_type):
        fields = nest(multipart.fields(body, content_type, problems), problems)
        # A form may be sent under that name by mistake.
        if fields or body.startswith(b"--"):
            return fields
    # A raw line end is no part of a form: what was saved to a file may have gained one.
    body = body.strip(b"\r\n\t &")
    says_json = "json" in content_type.lower()
    if body and (says_json or body[:1] == b"{"):
        params = json_object(body, problems)
        if params is not None:
            return params
        if says_json:
            problems["body is not a JSON object"] = None
    if body and b"=" not in body:
        problems["body is not a form"] = None
        return {}
    # A query that was copied into a body with its mark.
    return form(body.lstrip(b"?"), problems)


def _as_utf8(body: bytes, problems: dict[str, None]) -> bytes:
    """Without byte order marks; what is UTF-16 or UTF-32, marked or not, is turned into UTF-8.

    Told as RFC 4627, section 3, tells it: forms, too, begin with two ASCII characters.
    """
    encoding = json.detect_encoding(body)
    if not encoding.startswith("utf-8"):
        problems[f"{encoding[:6].upper()} body, read as such"] = None
        return body.decode(encoding, "replace").encode()
    return UTF_8_MARKS.sub(b"", body, count=1)


def _undo_renames(params: Params, rename: Mapping[str, str]) -> Params:
    params = {rename.get(name, name): value for name, value in params.items()}
    if "changedFields" in params:
        params["changedFields"] = _renamed(params["changedFields"], rename)
    return params


def _renamed(changed: Any, rename: Mapping[str, str]) -> Any:
    """Names of parameters, with blanks and commas between them or in a list."""
    if isinstance(changed, list):
        return [_renamed(one, rename) for one in changed]
    if not isinstance(changed, str):
        return changed
    return ",".join(rename.get(name.strip(), name) for name in changed.split(","))


def _has_macro(params: Params) -> bool:
    braced = [
        value
        for name, value in params.items()
        if value.__class__ is str and "{" in value and name != "attrs"
    ]
    return any(map(_MACRO.search, braced))
