"""Parameters as Calltouch sends them: `application/x-www-form-urlencoded`, brackets encoded."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote_plus

from simulator.webhooks.template import Items, Text

CONTENT_TYPE = "application/x-www-form-urlencoded"


def encode(params: Mapping[str, Text | Items], rename: Mapping[str, str]) -> bytes:
    """ASCII, in the given order; `rename`: the account's names for Calltouch's parameters."""
    chunks = []
    for name, value in params.items():
        name_sent = rename.get(name, name)
        chunks.append(
            _pair(name_sent, value) if isinstance(value, str) else _list(name_sent, value)
        )
    return "&".join(chunks).encode("ascii")


# Cached: sendings repeat most of a lead, and many leads share values.
@lru_cache(maxsize=1 << 16)
def _pair(name: str, value: str) -> str:
    return f"{quote_plus(name)}={quote_plus(value)}"


def _list(name: str, items: Items) -> str:
    start = quote_plus(name)
    return "&".join(
        f"{start}%5B{position}%5D%5B{key}%5D={_quoted(text)}"
        for position, item in enumerate(items)
        for key, text in item
    )


@lru_cache(maxsize=1 << 12)
def _quoted(text: str) -> str:
    return quote_plus(text)
