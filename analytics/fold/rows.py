"""Folded lives as the rows of the tables, one function each."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import orjson
import pyarrow as pa

from analytics.contacts import canonical_email, canonical_phone, person_of
from analytics.fold.columns import ARROW_TYPES, LEAD, PIECE, pieces, sizes, table_of
from analytics.fold.delivery import DecodedDelivery, Fields, Json, Value
from analytics.fold.identity import Key
from analytics.fold.life import FieldChange, Life, SuspectedGap
from analytics.parameters import LEAD_COLUMNS, PARAMETERS, TRAFFIC_COLUMNS
from analytics.parameters.kinds import INSTANT, LOCAL_TIME, ValueKind
from analytics.parameters.parameter import LeadColumn

_INSTANT = pa.timestamp("us", tz="UTC")
_TEXT = pa.string()
Rewritten = tuple[int, int, str, bool, list[str]]
"""Id, sort key, outcome, lateness and problems of a delivery."""

_PIECES = pa.list_(_TEXT)
_ENVELOPE: tuple[tuple[str, pa.DataType, Callable[[DecodedDelivery], object]], ...] = (
    ("delivery_id", pa.int64(), lambda one: one.delivery_id),
    ("received_at", _INSTANT, lambda one: one.received_at),
    ("webhook", _TEXT, lambda one: one.webhook),
    ("origin", _TEXT, lambda one: one.origin),
    ("method", _TEXT, lambda one: one.method),
    ("source_ip", _TEXT, lambda one: one.source_ip),
    ("lead_type", _TEXT, lambda one: one.key and one.key[0]),
    ("lead_id", pa.int64(), lambda one: one.key and one.key[1]),
    ("sent_at", _INSTANT, lambda one: one.sent_at),
    ("attribution_model", pa.int16(), lambda one: one.model),
    ("call_phase", _TEXT, lambda one: one.phase),
    ("changed_fields", pa.list_(_TEXT), lambda one: one.changed_fields),
    ("kind", _TEXT, lambda one: one.kind),
    ("outcome", _TEXT, lambda one: one.outcome),
    ("is_late", pa.bool_(), lambda one: one.is_late),
    ("sort_key", pa.int64(), lambda one: one.sort_key),
    ("problems", pa.list_(_TEXT), lambda one: one.problems),
)


def new_deliveries(deliveries: Sequence[DecodedDelivery], columns: pa.Table) -> pa.Table:
    """`columns`: their parameters, as `by_column` gives them."""
    envelopes = {name: pa.array(map(of, deliveries), kind) for name, kind, of in _ENVELOPE}
    named = dict(zip(columns.column_names, columns.columns, strict=True))
    return pa.table({**envelopes, **named, "size": sizes(columns)})


def rewritten(deliveries: Iterable[Rewritten]) -> pa.Table:
    """What the fold now says otherwise of stored deliveries."""
    columns = [
        ("delivery_id", pa.int64()),
        ("sort_key", pa.int64()),
        ("outcome", _TEXT),
        ("is_late", pa.bool_()),
        ("problems", pa.list_(_TEXT)),
    ]
    return table_of(columns, list(deliveries))


def leads(lives: Sequence[Life]) -> pa.Table:
    """A lead's own fields and the traffic of model 1, or of model 0 if it has no other.

    The last four are no columns: happened_at is made of them (sql/fold/place_leads.sql).
    """
    traffic = [life.values.traffic for life in lives]
    preferred = [max(models) for models in traffic]
    own = [life.values.lead for life in lives]
    types = [life.key[0] for life in lives]
    facts = [life.facts for life in lives]
    columns: dict[str, pa.Array] = {
        "lead_type": pa.array(types, _TEXT),
        "lead_id": pa.array([life.key[1] for life in lives], pa.int64()),
        **{column.name: _column(column, types, own) for column in LEAD_COLUMNS},
        "attribution_model": pa.array(preferred, pa.int16()),
        **_traffic([t[model] for t, model in zip(traffic, preferred, strict=True)]),
        **_other_model(traffic),
        "extra": pa.array(map(_extra, own), _TEXT),
        **_contacts(own),
        "first_received_at": pa.array([one.first_received_at for one in facts], _INSTANT),
        "last_received_at": pa.array([one.last_received_at for one in facts], _INSTANT),
        "last_sent_at": pa.array([one.last_sent_at for one in facts], _INSTANT),
        "delivery_count": pa.array([one.count for one in facts], pa.int32()),
        "first_stamp": pa.array([one.first_stamp for one in facts], _INSTANT),
        "stamped_at": _typed(INSTANT, "timestamp", own),
        "call_time": _typed(LOCAL_TIME, "calltime", own),
        "request_date": _typed(LOCAL_TIME, "requestDate", own),
    }
    return pa.table(columns)


def _other_model(traffic: Sequence[Mapping[int, Fields]]) -> dict[str, pa.Array]:
    """Of leads that came in two, the one that is not preferred."""
    others = [min(models) if len(models) > 1 else None for models in traffic]
    fields = [
        {} if other is None else models[other]
        for models, other in zip(traffic, others, strict=True)
    ]
    return {
        "other_model": pa.array(others, pa.int16()),
        "other_source": pa.array([one.get("source") for one in fields], _TEXT),
        "other_medium": pa.array([one.get("medium") for one in fields], _TEXT),
    }


def attributions(lives: Sequence[Life]) -> pa.Table:
    each = [(life, model) for life in lives for model in sorted(life.values.traffic)]
    return pa.table(
        {
            "lead_type": pa.array([life.key[0] for life, _ in each], _TEXT),
            "lead_id": pa.array([life.key[1] for life, _ in each], pa.int64()),
            "attribution_model": pa.array([model for _, model in each], pa.int16()),
            **_traffic([life.values.traffic[model] for life, model in each]),
        }
    )


def changes(those: Iterable[FieldChange]) -> pa.Table:
    columns = [
        *LEAD,
        ("changed_at", _INSTANT),
        ("field", _TEXT),
        ("attribution_model", pa.int16()),
        ("old_value", _TEXT),
        ("old_rest", _PIECES),
        ("new_value", _TEXT),
        ("new_rest", _PIECES),
        ("delivery_id", pa.int64()),
        ("webhook", _TEXT),
        ("is_declared", pa.bool_()),
    ]
    rows = [
        (
            *_key(change.delivery),
            change.delivery.sent_at,
            change.difference.field,
            change.difference.model,
            *_split(change.difference.old),
            *_split(change.difference.new),
            change.delivery.delivery_id,
            change.delivery.webhook,
            change.is_declared,
        )
        for change in those
    ]
    return table_of(columns, rows)


def gaps(those: Iterable[SuspectedGap]) -> pa.Table:
    columns = [
        *LEAD,
        ("webhook", _TEXT),
        ("delivery_id", pa.int64()),
        ("reason", _TEXT),
        ("fields", pa.list_(_TEXT)),
    ]
    rows = [
        (
            *_key(gap.delivery),
            gap.delivery.webhook,
            gap.delivery.delivery_id,
            gap.reason,
            gap.fields,
        )
        for gap in those
    ]
    return table_of(columns, rows)


def _key(one: DecodedDelivery) -> Key:
    assert one.key is not None
    return one.key


def _split(value: Value) -> tuple[Value, list[str] | None]:
    """The first piece, and the rest if there is more."""
    if value is None or len(value) <= PIECE:
        return value, None
    return value[:PIECE], pieces(value[PIECE:])


def _extra(lead: Fields) -> str | None:
    """What Calltouch does not document, as last said."""
    unknown = {
        name: orjson.Fragment(str(value)) if isinstance(value, Json) else value
        for name, value in sorted(lead.items())
        if value is not None and name not in PARAMETERS
    }
    return orjson.dumps(unknown).decode() if unknown else None


def _contacts(leads: Sequence[Fields]) -> dict[str, pa.Array]:
    """What tells the person of each lead."""
    phones = [canonical_phone(lead.get("callerphone")) for lead in leads]
    emails = [canonical_email(lead.get("email")) for lead in leads]
    ids = [lead.get("ctCallerId") for lead in leads]
    nothing = [None] * len(leads)
    return {
        "person": pa.array(map(person_of, phones, emails, ids), pa.int64()),
        "number_id": pa.array(map(person_of, phones, nothing, ids), pa.int64()),
        "email_id": pa.array(map(person_of, nothing, emails, nothing), pa.int64()),
        "canonical_phone": pa.array(phones, _TEXT),
        "canonical_email": pa.array(emails, _TEXT),
    }


def _traffic(rows: Sequence[Fields]) -> dict[str, pa.Array]:
    return {
        column.name: _typed(column.parameters[0].kind, column.parameters[0].name, rows)
        for column in TRAFFIC_COLUMNS
    }


def _column(column: LeadColumn, types: Sequence[str], rows: Sequence[Fields]) -> pa.Array:
    """Where calls and requests have a parameter each, of the lead's own type."""
    first, *others = column.parameters
    if not others:
        return _typed(first.kind, first.name, rows)
    names: dict[str, str] = {kind: one.name for one in column.parameters for kind in one.lead_types}
    values = [row.get(names[lead_type]) for lead_type, row in zip(types, rows, strict=True)]
    return _array(first.kind, values)


def _typed(kind: ValueKind, name: str, rows: Sequence[Fields]) -> pa.Array:
    return _array(kind, [row.get(name) for row in rows])


def _array(kind: ValueKind, values: Sequence[Value]) -> pa.Array:
    read = kind.read
    if read is None:
        return pa.array(values, ARROW_TYPES[kind.duckdb])
    return pa.array(
        [None if one is None else read(one) for one in values], ARROW_TYPES[kind.duckdb]
    )
