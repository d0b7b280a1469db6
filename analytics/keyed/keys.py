"""Keys in the place of what tells a person: HMAC-SHA256 with the installation's key.

It is computed in SQL, row by row, from the two halves that HMAC makes of a key. Each kind of value
has a key of its own, so that a phone and an e-mail that are written alike have nothing in common.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

_BLOCK = 64


@dataclass(frozen=True, slots=True)
class KeyHalves:
    """What comes before a value, and before the hash of both."""

    inner: bytes
    outer: bytes


def key_halves(key: bytes, kind: str) -> KeyHalves:
    """Of this kind of value."""
    own = hmac.digest(key, f"keyed file:{kind}".encode(), "sha256").ljust(_BLOCK, b"\0")
    return KeyHalves(bytes(one ^ 0x36 for one in own), bytes(one ^ 0x5C for one in own))


def bound_halves(key: bytes, kinds: Iterable[str]) -> dict[str, bytes]:
    """By the names that sql/keyed/fill.sql gives them."""
    found = {kind: key_halves(key, kind) for kind in kinds}
    return {
        **{f"inner_{kind}": halves.inner for kind, halves in found.items()},
        **{f"outer_{kind}": halves.outer for kind, halves in found.items()},
    }
