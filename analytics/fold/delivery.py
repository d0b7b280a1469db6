"""One delivery: which lead it is of, when it was sent, what it says about which field.

The rules are those of docs/fold.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import orjson
import pyarrow as pa

from analytics.fold.identity import Key, WebhookKind, identify
from analytics.fold.written import MARKERS, Params, each_once, joined, scalar, texts_in, word
from analytics.parameters import ENVELOPE, LEAD_TEXTS, PARAMETERS, TRAFFIC, TRAFFIC_TEXTS
from analytics.parameters.kinds import (
    INSTANT,
    LIST,
    LOCAL_TIME,
    TEXT,
    ValueKind,
    instant,
    local_time,
)

DECODED = pa.schema(
    [
        pa.field("delivery_id", pa.int64(), nullable=False),
        pa.field("received_at", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("webhook", pa.string(), nullable=False),
        pa.field("origin", pa.string(), nullable=False),
        pa.field("method", pa.string(), nullable=False),
        pa.field("source_ip", pa.string()),
        pa.field("webhook_model", pa.int8()),
        pa.field("webhook_kind", pa.string()),
        pa.field("problems", pa.list_(pa.string()), nullable=False),
        pa.field("is_empty", pa.bool_(), nullable=False),
        pa.field("params", pa.string(), nullable=False),
    ]
)
"""What the fold takes: one row per delivery, `params` its parameters as a JSON object,
`webhook_model`, `webhook_kind` what is configured for its webhook, `is_empty` as `receiver.decode`
says."""

_EPOCH = datetime(1970, 1, 1)
_DAY = 86_400 * 10**6
# What a lead says of its own time may be ahead of our clock, but not by more than this.
_AHEAD = 2 * _DAY
# A local time is not converted here: clocks show up to 14 hours more than UTC.
_FARTHEST_EAST = 14 * 3_600 * 10**6
# Calltouch leaves these two out when they are empty.
_OMITTED_WHEN_EMPTY = ("comment", "add_url_params")


class Json(str):
    """The value of a field that is no text: a list or an object, as JSON."""

    __slots__ = ()


Value = str | None
Fields = dict[str, Value]


@dataclass(slots=True)
class DecodedDelivery:
    """`received_at`, `sent_at`: microseconds of the epoch. `key` is None for what is of no lead,
    `kind` where it cannot be told.

    `lead`, `traffic`: what it says about the fields of the lead, and about those of its model.
    `sort_key`: where it stands among the deliveries of its lead, once that is known (`order`).
    """

    delivery_id: int
    received_at: int
    webhook: str
    origin: str
    params: Params
    key: Key | None
    sent_at: int
    model: int | None
    phase: str | None
    changed_fields: list[str] | None
    outcome: str = ""
    is_late: bool = False
    sort_key: int | None = None
    method: str = ""
    source_ip: str | None = None
    kind: WebhookKind | None = None
    problems: list[str] = field(default_factory=list)
    lead: Fields = field(default_factory=dict)
    traffic: Fields = field(default_factory=dict)


def read(decoded: pa.Table) -> Iterator[DecodedDelivery]:
    """The deliveries of a batch (columns as in `DECODED`), with their fields read."""
    received = decoded.column("received_at").cast(pa.int64())
    plain = decoded.select(DECODED.names).set_column(1, "received_at", received)
    columns = [column.to_pylist() for column in plain.columns]
    for row in zip(*columns, strict=True):
        yield read_one(orjson.loads(row[-1]), *row[:-1])


def read_one(
    params: Params,
    delivery_id: int,
    received_at: int,
    webhook: str,
    origin: str,
    method: str,
    source_ip: str | None,
    webhook_model: int | None,
    webhook_kind: WebhookKind | None,
    problems: list[str],
    is_empty: bool,
) -> DecodedDelivery:
    """The same for one; what `DECODED` names, `received_at` in microseconds of the epoch."""
    one = _understood(delivery_id, received_at, webhook, origin, webhook_model, params)
    one.method, one.source_ip = method, source_ip
    one.problems = problems + _identify(one, webhook_kind, is_empty) + _misread(params, received_at)
    if one.key:
        one.problems += read_fields(one)
    return one


def _understood(
    delivery_id: int,
    received_at: int,
    webhook: str,
    origin: str,
    webhook_model: int | None,
    params: Params,
) -> DecodedDelivery:
    """Rule 3."""
    sent_at = sending_stamp(params, received_at)
    said = word(params, "attribution")
    return DecodedDelivery(
        delivery_id,
        received_at,
        webhook,
        origin,
        params,
        None,
        received_at if sent_at is None else sent_at,
        int(said) if said in ("0", "1") else 1 if webhook_model is None else webhook_model,
        word(params, "callphase"),
        _changed_fields(params.get("changedFields")),
    )


def sending_stamp(params: Params, received_at: int) -> int | None:
    """Microseconds of the epoch; None if there is none, or none that can be right."""
    return _possible_instant(scalar(params, "sendingTimestamp"), received_at)


def _changed_fields(written: Any) -> list[str] | None:
    """The names, from a text or a list of them. None: it is a first sending."""
    texts = texts_in(written)
    if written is None or texts == []:
        return None
    return [name for text in texts or () for part in text.split(",") if (name := part.strip())]


def _identify(one: DecodedDelivery, webhook_kind: WebhookKind | None, is_empty: bool) -> list[str]:
    """Which lead it is of; without one, why not. Rule 2."""
    found = identify(one.params, partial(scalar, one.params), webhook_kind)
    one.key, one.kind = found.key, found.kind
    if one.key is not None:
        return []
    one.model = None
    if is_empty:
        one.outcome, one.kind = "probe", webhook_kind
        return []
    one.outcome = "other" if found.problem is None else "quarantined"
    return [] if found.problem is None else [found.problem]


def _misread(params: Params, received_at: int) -> list[str]:
    problems = []
    stamp, said = scalar(params, "sendingTimestamp"), word(params, "attribution")
    if stamp is not None and sending_stamp(params, received_at) is None:
        problems.append("not instant: sendingTimestamp")
    if said not in (None, "0", "1"):
        problems.append("not 0 or 1: attribution")
    changed = params.get("changedFields")
    if changed is not None and texts_in(changed) is None:
        problems.append("not text: changedFields")
    return problems


def read_fields(one: DecodedDelivery) -> list[str]:
    """Take down what it says about every field; what does not fit is NULL and named. Rule 4."""
    lead, traffic, misfits = one.lead, one.traffic, []
    for name, written in one.params.items():
        is_text = written.__class__ is str
        if is_text and name in LEAD_TEXTS:
            lead[name] = MARKERS.get(written, written)
        elif is_text and name in TRAFFIC_TEXTS:
            traffic[name] = MARKERS.get(written, written)
        elif name not in ENVELOPE:
            value, fits = _fitting(name, written, one.received_at)
            (traffic if name in TRAFFIC else lead)[name] = value
            if not fits:
                misfits.append(name)
    if phase := lead.get("callphase"):
        lead["callphase"] = phase.strip()
    for name in _OMITTED_WHEN_EMPTY:
        if one.changed_fields and name in one.changed_fields and name not in one.params:
            (traffic if name in TRAFFIC else lead)[name] = None
    return [f"not {PARAMETERS[name].kind.name}: {name}" for name in sorted(misfits)]


def _fitting(name: str, written: Any, received_at: int) -> tuple[Value, bool]:
    """The value of one that is no documented text, and whether it is of its kind."""
    known = PARAMETERS.get(name)
    kind = known.kind if known else None
    if not isinstance(written, str):
        if kind is None or kind is LIST:
            return _nested(written, kind is None)
        texts = texts_in(written)
        if texts is None:
            return None, False
        value = joined(each_once(texts) if known and known.tag_category else texts)
    else:
        value = MARKERS.get(written, written)
    if value is None or kind is None or _is_possible(value, kind, received_at):
        return value, True
    return None, False


def _is_possible(value: str, kind: ValueKind, received_at: int) -> bool:
    if kind is INSTANT:
        return _possible_instant(value, received_at) is not None
    if kind is LOCAL_TIME:
        moment = local_time(value)
        return moment is not None and _microseconds(moment) <= received_at + _AHEAD + _FARTHEST_EAST
    return kind is TEXT or (kind.read is not None and kind.read(value) is not None)


def _possible_instant(written: str | None, received_at: int) -> int | None:
    """None also for one that lies more than two days ahead of the receipt."""
    moment = instant(written)
    return moment if moment is not None and moment <= received_at + _AHEAD else None


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _nested(written: Any, is_unknown: bool) -> tuple[Value, bool]:
    if not written and isinstance(written, list):
        return None, True
    if is_unknown or isinstance(written, list):
        return Json(orjson.dumps(written).decode()), True
    return None, False
