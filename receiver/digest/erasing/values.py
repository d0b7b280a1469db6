"""What becomes of a value of `state.sqlite`, `flows.sqlite` or a file, when a person is erased."""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from receiver.digest.erasing.erasures import LeadKey
from receiver.digest.erasing.sqlite_files import StoredValue, Value
from receiver.erasing.eraser import Eraser
from receiver.inbox.delivery import Delivery

_WHOM = "erased"
_AS_RECEIVED = ("received_value", "api_value", "detail")
_RAW = ("query", "body")
_JSON, _FORM, _TEXT = "application/json", "application/x-www-form-urlencoded", "text/plain"


@dataclass(frozen=True)
class PersonValues:
    """Of one person, with their `leads`; `operations`: of flows, whose contact or lead is theirs.
    All of it is pure."""

    eraser: Eraser
    leads: frozenset[LeadKey]
    operations: frozenset[int] = frozenset()

    def in_row(self, stored: StoredValue) -> Value:
        """As `receiver.digest.erasing.sqlite_files.EraseValue`."""
        row = stored.row
        if stored.table == "audit" and isinstance(stored.value, str):
            return self._of_audit(stored.column, stored.value)
        if (
            stored.column in _AS_RECEIVED
            and (row.get("lead_type"), row.get("lead_id")) in self.leads
        ):
            return ""
        is_own = row.get("operation_id") in self.operations
        change = self._own_bytes if is_own else self.in_bytes
        if isinstance(stored.value, bytes):
            return _packed(stored.value, lambda raw: self._of_body(raw, change))
        if is_own and stored.table == "results":
            return change(stored.value.encode(errors="surrogatepass")).decode(errors="replace")
        return self.eraser.text(stored.value)

    def in_bytes(self, raw: bytes) -> bytes:
        """Of whatever form: as a delivery it is searched in every encoding, and as a text where it
        is none that could have been sent."""
        text = self.eraser.mentions(_wrapped(raw)).body.decode("utf-8", "surrogateescape")
        return self.eraser.text(text).encode("utf-8", "surrogateescape")

    def _own_bytes(self, raw: bytes) -> bytes:
        return self.eraser.own(_wrapped(raw)).body

    def _of_audit(self, column: str, text: str) -> str:
        """*That* somebody was shown stays, not whom."""
        if column in ("query", "report"):
            numbers = {str(lead_id) for _, lead_id in self.leads}
            text = re.sub(r"\d+", lambda one: _WHOM if one[0] in numbers else one[0], text)
        return self.eraser.text(text)

    def _of_body(self, raw: bytes, change: Callable[[bytes], bytes]) -> bytes:
        """What came in for a flow is a document with its bytes as Latin-1 text in it."""
        try:
            document: Any = orjson.loads(raw)
            parts = {name: document[name].encode("latin-1") for name in _RAW}
        except (ValueError, LookupError, TypeError, AttributeError):
            # Anybody may have sent something like it.
            return change(raw)
        changed = {name: change(part).decode("latin-1") for name, part in parts.items()}
        about = {name: value for name, value in document.items() if name not in _RAW}
        new = {**orjson.loads(self.in_bytes(orjson.dumps(about))), **changed}
        return raw if new == document else orjson.dumps(new)


def _packed(value: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Of a blob that may be compressed."""
    try:
        plain = zlib.decompress(value)
    except zlib.error:
        return change(value)
    new = change(plain)
    return value if new == plain else zlib.compress(new)


def _wrapped(raw: bytes) -> Delivery:
    """As if it had been sent: a delivery's body is searched in every encoding."""
    start = raw.lstrip()[:1]
    kind = _JSON if start in (b"{", b"[") else _FORM if b"=" in raw[:200] else _TEXT
    return Delivery("", "POST", "", b"", raw, kind, "")
