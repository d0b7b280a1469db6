"""Parts of the records requested with `with…` parameters."""

from collections.abc import Mapping
from dataclasses import dataclass


def is_on(value: str | None) -> bool:
    """`true`, `True` and `1` are accepted."""
    return value is not None and value.lower() in ("true", "1")


@dataclass(frozen=True, slots=True)
class RecordOptions:
    """`model` None: not given. `tags` are callTags or RequestTags."""

    model: int | None = None
    tags: bool = False
    comments: bool = False
    text: bool = False
    callback_info: bool = False
    orders: bool = False
    attrs: bool = False
    newer_fields: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, str], newer_fields: bool) -> "RecordOptions":
        def flag(name: str) -> bool:
            return is_on(query.get(name))

        return cls(
            model=_model(query.get("attribution")),
            tags=flag("withCallTags") or flag("withRequestTags"),
            comments=flag("withComments"),
            text=flag("withText"),
            callback_info=flag("withCallbackInfo"),
            orders=flag("withOrders"),
            attrs=flag("withAttrs"),
            newer_fields=newer_fields,
        )


def _model(text: str | None) -> int | None:
    """A nonexistent model counts as not given."""
    return int(text) if text in ("0", "1") else None
