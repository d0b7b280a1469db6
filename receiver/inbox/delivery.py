"""One accepted delivery as it arrived, and its bytes in a segment."""

import struct
from dataclasses import dataclass
from enum import IntEnum

# order, receipt, origin, flags, then the lengths of the seven fields that follow.
_ENVELOPE = struct.Struct("<qqBB7I")
_STAMPS = struct.Struct("<qq")


class Origin(IntEnum):
    WEBHOOK = 0
    API = 1


@dataclass(frozen=True, slots=True)
class Delivery:
    """An HTTP request from Calltouch (or an API record in the same shape), not yet understood.

    `query` and `body` are the bytes that came, without the secret; `path` is as it was sent.
    `outside`: the sender is in no allowed network and was admitted by `allowlist = "warn"`.
    `headers`: the web request's own, a line each, where a flow may ask for them.
    """

    webhook: str
    method: str
    path: str
    query: bytes
    body: bytes
    content_type: str
    source_ip: str
    origin: Origin = Origin.WEBHOOK
    outside: bool = False
    headers: bytes = b""

    def pack(self) -> bytes:
        """The envelope and all bytes, with room for the stamps that the writer adds at commit."""
        fields = (
            *(_encode(text) for text in (self.webhook, self.method, self.path)),
            self.query,
            self.body,
            *(_encode(text) for text in (self.content_type, self.source_ip)),
        )
        lengths = (len(field) for field in fields)
        head = _ENVELOPE.pack(0, 0, self.origin, int(self.outside), *lengths)
        # Behind the fields, where versions that know of no headers look no further.
        return b"".join((head, *fields, self.headers))


@dataclass(frozen=True, slots=True)
class StampedDelivery:
    """A delivery read back, with its two time stamps (Unix nanoseconds).

    `order_ns` never decreases, whatever the clock does: deliveries are digested in its order.
    `received_ns` is the clock's time; the two are equal unless the clock was set back.
    """

    order_ns: int
    received_ns: int
    delivery: Delivery


def stamp(packed: bytes, order_ns: int, received_ns: int) -> bytes:
    return _STAMPS.pack(order_ns, received_ns) + packed[_STAMPS.size :]


def receipt_of(payload: bytes) -> int:
    return int(_STAMPS.unpack_from(payload)[1])


def order_of(payload: bytes) -> int:
    return int(_STAMPS.unpack_from(payload)[0])


def unpack(payload: bytes) -> StampedDelivery:
    order_ns, received_ns, origin, flags, *lengths = _ENVELOPE.unpack_from(payload)
    fields = []
    start = _ENVELOPE.size
    for length in lengths:
        fields.append(payload[start : start + length])
        start += length
    webhook, method, path, query, body, content_type, source_ip = fields
    delivery = Delivery(
        webhook=_decode(webhook),
        method=_decode(method),
        path=_decode(path),
        query=query,
        body=body,
        content_type=_decode(content_type),
        source_ip=_decode(source_ip),
        origin=Origin(origin),
        outside=bool(flags),
        headers=payload[start:],
    )
    return StampedDelivery(order_ns, received_ns, delivery)


def _encode(text: str) -> bytes:
    """WSGI gives header bytes as latin-1 text; anything else is escaped."""
    return text.encode("latin-1", "backslashreplace")


def _decode(data: bytes) -> str:
    return data.decode("latin-1")
