"""The secret in a webhook's URL: `?secret=…`, the only thing Calltouch can be made to send."""

import hmac
from urllib.parse import unquote_to_bytes

_NAME = b"secret"


def take_secret(query: bytes) -> tuple[bytes, bytes | None]:
    """The query without its `secret`, byte for byte, and the secret (None if there is none)."""
    found = None
    kept = []
    for part in query.split(b"&"):
        name, _, value = part.partition(b"=")
        if name == _NAME or (b"%" in name and unquote_to_bytes(name) == _NAME):
            found = unquote_to_bytes(value.replace(b"+", b" "))
        else:
            kept.append(part)
    return b"&".join(kept), found


def is_right(given: bytes | None, wanted: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(given or b"", wanted.encode())
