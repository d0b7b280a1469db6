"""Deals, comments, phrases and tags of a record as webhook parameters. Pure."""

from collections.abc import Callable
from typing import Any

from receiver.calltouch_api.parts import Params, Record, RecordReader, an_object, scalar, text

_TAG_TYPES = {
    "AUTO-PR": "tags_auto_pr",
    "MANUAL": "tags_manual",
    "AUTO-AF": "tags_auto_af",
    "AUTO-GR": "tags_auto_gr",
    "AUTO-CT": "tags_auto_ct",
    "AUTO-PN": "tags_auto_pn",
    "API": "tags_api",
    "REQUEST": "tags_request",
}
# Only these two types have been seen, so only their absence means that there are no such tags.
_SEEN_TAG_TYPES = ("AUTO-PR", "MANUAL")


def deals_comments_and_tags(parts: RecordReader, tags: str) -> Params:
    """Lists found in both exports."""
    ids = parts.each("orders", _order_id)
    return {
        **_tags(parts, tags),
        **one_list(parts, "comments", "comment", _comment),
        **({} if ids is None else {"orderId": ",".join(ids) or None}),
    }


def one_list(parts: RecordReader, theirs: str, name: str, read: Callable[[Any], Any]) -> Params:
    items = parts.each(theirs, read)
    return {} if items is None else {name: items}


def _order_id(order: Any) -> str:
    if not (order_id := text(an_object(order)["orderId"])):
        raise ValueError("no id")
    return order_id


def _comment(item: Any) -> Params:
    comment = an_object(item)
    return {"party": scalar(comment.get("partyName")), "comment": scalar(comment["comment"])}


def phrase(item: Any) -> Params:
    phrase = an_object(item)
    is_operator = phrase.get("channel") in (1, "1", "operator")
    return {
        "channel": "operator" if is_operator else "client",
        "phrase": scalar(phrase["message"]),
    }


def _tags(parts: RecordReader, theirs: str) -> Params:
    """In a list that was read completely, a missing tag means it does not exist."""
    tags = parts.each(theirs, lambda tag: _tag(parts, theirs, an_object(tag)))
    if tags is None:
        return {}
    names: dict[str, list[str]] = {}
    if not parts.is_odd(theirs):
        names = {kind: [] for kind in _SEEN_TAG_TYPES}
    for kind, named in tags:
        names.setdefault(kind, []).extend(named)
    return {
        _TAG_TYPES[kind]: ",".join(named) or None
        for kind, named in names.items()
        if kind in _TAG_TYPES
    }


def _tag(parts: RecordReader, theirs: str, tag: Record) -> tuple[str, list[str]]:
    names, kind = tag["names"], tag["type"]
    listed = names if isinstance(names, list) else [names]
    readable = [written for name in listed if (written := text(name))]
    if not isinstance(kind, str) or (listed and not readable):
        raise ValueError(kind)
    if len(readable) < len(listed):
        parts.note(theirs)
    return kind.strip().upper().replace("_", "-"), readable
