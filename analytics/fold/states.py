"""Cached states of leads with many deliveries, so that the next one need not read them all again.

Beside the facts of such a lead lie its states after some of its deliveries, the last one among
them. Losing them costs time alone: they are made again from the deliveries.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.fold.delivery import Fields, Json
from analytics.fold.facts import Facts
from analytics.fold.identity import Key
from analytics.fold.life import LifeState, LifeValues
from analytics.fold.order import Place
from analytics.fold.tables import keys_table, registered
from analytics.statements import statement

_CODEC = pa.Codec("zstd", compression_level=1)
# States are loaded together up to this, in bytes before compression.
_AT_ONCE = 8 << 20


@dataclass(frozen=True, slots=True)
class StateSummary:
    """What a lead's cache says: the facts of its deliveries, where the last of them stands, how
    many there are since the state before the last one, and the last one's size in bytes."""

    facts: Facts
    last: Place
    since: int
    size: int

    @classmethod
    def from_json(cls, stored: str) -> "StateSummary":
        plain = orjson.loads(stored)
        sort_key, delivery_id = plain["last"]
        facts = Facts.from_json(plain["facts"])
        return cls(facts, (sort_key, delivery_id), plain["since"], plain["size"])

    def as_json(self) -> str:
        rest = {"last": self.last, "since": self.since, "size": self.size}
        return orjson.dumps({"facts": self.facts.as_json(), **rest}).decode()


class StateRow(NamedTuple):
    """The state of a lead after the delivery at that place."""

    key: Key
    place: Place
    plain: bytes


def encode(state: LifeState) -> bytes:
    """Equal states give equal bytes."""
    plain = {
        "values": _plain(state.values),
        "chains": {webhook: _plain(chain) for webhook, chain in state.chains.items()},
    }
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)


def decode(plain: bytes) -> LifeState:
    stored = orjson.loads(plain)
    chains = {webhook: _values(chain) for webhook, chain in stored["chains"].items()}
    return LifeState(_values(stored["values"]), chains)


def summaries(db: DuckDBPyConnection, counts: Mapping[Key, int]) -> dict[Key, StateSummary]:
    """Of those leads whose cache covers as many deliveries as are stored (`counts`)."""
    with registered(db, {"touched": keys_table(counts)}):
        rows = db.execute(statement("fold/lead_facts")).fetchall()
    found = {
        (lead_type, lead_id): StateSummary.from_json(stored) for lead_type, lead_id, stored in rows
    }
    return {key: one for key, one in found.items() if one.facts.count == counts[key]}


def places(db: DuckDBPyConnection, key: Key) -> list[Place]:
    """After which deliveries the lead's state is known, in order."""
    parameters = {"lead_type": key[0], "lead_id": key[1]}
    return db.execute(statement("fold/lead_state_places"), parameters).fetchall()


def stored_states(db: DuckDBPyConnection, wanted: Mapping[Key, Place]) -> dict[Key, bytes]:
    """One state each of some leads, as `encode` gives it; one that is missing is left out."""
    touched = keys_table(wanted).append_column(
        "delivery_id", pa.array([place[1] for place in wanted.values()], pa.int64())
    )
    with registered(db, {"touched": touched}):
        rows = db.execute(statement("fold/lead_states")).fetchall()
    return {
        (lead_type, lead_id): _CODEC.decompress(packed, size, asbytes=True)
        for lead_type, lead_id, size, packed in rows
    }


def portions(found: Mapping[Key, StateSummary]) -> Iterator[dict[Key, StateSummary]]:
    """So many leads at a time that their last states may be in memory together."""
    portion: dict[Key, StateSummary] = {}
    size = 0
    for key, one in found.items():
        if portion and size + one.size > _AT_ONCE:
            yield portion
            portion, size = {}, 0
        portion[key] = one
        size += one.size
    if portion:
        yield portion


def facts_table(cached: Mapping[Key, StateSummary]) -> pa.Table:
    facts = pa.array([one.as_json() for one in cached.values()], pa.string())
    return keys_table(cached).append_column("facts", facts)


def states_table(rows: Sequence[StateRow]) -> pa.Table:
    columns = {
        "sort_key": pa.array([row.place[0] for row in rows], pa.int64()),
        "delivery_id": pa.array([row.place[1] for row in rows], pa.int64()),
        "size": pa.array([len(row.plain) for row in rows], pa.int64()),
        "state": pa.array([_CODEC.compress(row.plain, asbytes=True) for row in rows], pa.binary()),
    }
    table = keys_table([row.key for row in rows])
    for name, column in columns.items():
        table = table.append_column(name, column)
    return table


def _plain(values: LifeValues) -> dict[str, Any]:
    """A text as itself, what is JSON as a list of its text."""
    traffic = {str(model): _plain_fields(fields) for model, fields in values.traffic.items()}
    return {"lead": _plain_fields(values.lead), "traffic": traffic}


def _plain_fields(fields: Fields) -> dict[str, Any]:
    return {
        name: [str(value)] if value.__class__ is Json else value for name, value in fields.items()
    }


def _values(stored: dict[str, Any]) -> LifeValues:
    traffic = {int(model): _fields(fields) for model, fields in stored["traffic"].items()}
    return LifeValues(_fields(stored["lead"]), traffic)


def _fields(stored: dict[str, Any]) -> Fields:
    return {
        name: Json(value[0]) if value.__class__ is list else value for name, value in stored.items()
    }
