"""What Calltouch's API says, held against what was received.

The API's records are folded over a copy of the deliveries of their leads, in memory, by the same
rules as everything else. What they would change in the end is what differs; what differs only in
wording, or is not the API's to say, changes nothing and so is no difference.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.equivalence import mean_the_same
from analytics.fold import fold
from analytics.published_file import PublishedSource
from analytics.statements import statement
from analytics.store import StoreFingerprint, last_delivery_id, open_store

LEADS = pa.schema([("lead_type", pa.string()), ("lead_id", pa.int64()), ("site_id", pa.int64())])
ASKED = pa.schema([("lead_type", pa.string()), ("site_id", pa.int64())])


@dataclass(frozen=True, slots=True)
class KnownLead:
    """`known_by`: `both`, `only webhook`, `only api` (in the store, from the API alone), `lost`
    (Calltouch has it, the store has not)."""

    lead_type: str
    lead_id: int
    site_id: int | None
    known_by: str


@dataclass(frozen=True, slots=True)
class DifferingField:
    lead_type: str
    lead_id: int
    field: str
    attribution_model: int | None
    received: str | None
    in_api: str | None


def reconcile_day(
    published: PublishedSource,
    fingerprint: StoreFingerprint,
    day: date,
    asked: Sequence[tuple[str, int]],
    named: Sequence[tuple[str, int, int]],
    records: Callable[[int], pa.Table],
) -> tuple[list[KnownLead], list[DifferingField]]:
    """One day of some sites. `asked`: (lead type, site) that were fetched whole; `named`: (lead
    type, lead id, site) that the API answered; `records`: the same, decoded (`fold.DECODED`), with
    ids from the given one on."""
    with open_scratch(published, fingerprint) as db:
        db.register("named", _table(named, LEADS))
        db.register("asked", _table(asked, ASKED))
        db.execute(statement("reconcile/known"))
        last_id = last_delivery_id(db)
        fold(db, records(last_id + 1))
        leads = db.execute(statement("reconcile/leads"), {"day": day}).fetchall()
        fields = db.execute(statement("reconcile/fields"), {"last_id": last_id}).fetchall()
    differing = [DifferingField(*row) for row in fields]
    return [KnownLead(*row) for row in leads], [
        one for one in differing if not mean_the_same(one.field, one.received, one.in_api)
    ]


def open_scratch(published: PublishedSource, fingerprint: StoreFingerprint) -> DuckDBPyConnection:
    """An empty store in memory, with the published file attached beside it."""
    db = open_store(Path(":memory:"), fingerprint)
    published.at_rest().attach(db, "published")
    return db


def _table(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)]
    return pa.table(columns or [[] for _ in schema], schema=schema)
