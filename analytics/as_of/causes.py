"""Why a number is not what it was: the difference between two instants of knowledge, by causes.

Every lead that adds something else to a measure than it did has exactly one cause, so the causes
together are the difference, of each measure.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
from duckdb import DuckDBPyConnection

from analytics.as_of.known_until import NOW_LIMITED, KnownUntil
from analytics.parameters import LEAD_COLUMNS, TRAFFIC_COLUMNS
from analytics.parameters.parameter import LeadColumn
from analytics.published_file import PublishedSource
from analytics.reports.asking import Question, picked
from analytics.reports.filters import MODELS, FilterKind, Filters, parts_of
from analytics.restricted.rights import WHOLE, LeadRights
from analytics.restricted.views import restrict
from analytics.statements import rendered, statement

MEASURES: Mapping[str, str | None] = {
    "leads": None,
    "unique_leads": "is_unique",
    "target_leads": "is_target",
    "unique_target_leads": "is_unique_target",
    "spam_leads": "is_spam",
    "tagged_leads": "tags",
    "missed_calls": "status",
}
"""What is counted, and the field of a lead by which it is one of those."""

_TRAFFIC = {column.name for column in TRAFFIC_COLUMNS}
_MEMORY = "500MB"


@dataclass(frozen=True, slots=True)
class KnowledgeSide:
    """What was known `at` an instant: a catalog of the connection with all tables of a store."""

    catalog: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChangeCause:
    """So many `leads` moved the numbers by `changes`, by measure. The causes and fields:
    sql/as_of/causes.sql."""

    cause: str
    fields: tuple[str, ...]
    leads: int
    changes: Mapping[str, int]


@contextmanager
def knowing_both(
    published: PublishedSource, before: datetime, after: datetime, rights: LeadRights = WHOLE
) -> Iterator[tuple[DuckDBPyConnection, KnowledgeSide, KnowledgeSide]]:
    """Both instants of one published file, and a connection to ask. A lead that is not of these
    rights now is not told of. Raises `NotReadable`."""
    sides = KnowledgeSide("known_before", before), KnowledgeSide("known_after", after)
    known = [KnownUntil(side.at.astimezone(UTC)) for side in sides]
    config: dict[str, str | int | float | bool | list[str]] = {
        "memory_limit": _MEMORY,
        "threads": 2,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with closing(duckdb.connect(config=config)) as db:
        db.execute("set timezone = 'UTC'")
        published.at_rest().attach(db, "file")
        if rights.is_limited:
            restrict(db, rights, "file", NOW_LIMITED)
        for side, one in zip(sides, known, strict=True):
            _attach_side(db, side.catalog, one, rights)
        yield db, *sides


def _attach_side(
    db: DuckDBPyConnection, catalog: str, known: KnownUntil, rights: LeadRights
) -> None:
    folded = f"folded_{catalog}"
    if rights.is_limited:
        known.attach_beside(db, f"whole_{catalog}", folded)
        restrict(db, rights, f"whole_{catalog}", catalog, NOW_LIMITED)
    else:
        known.attach_beside(db, catalog, folded)


def why_changed(
    db: DuckDBPyConnection,
    filters: Filters,
    timezone: str,
    before: KnowledgeSide,
    after: KnowledgeSide,
) -> list[ChangeCause]:
    """Of the leads that fit the filters at one of the instants; those that moved most first. The
    catalogs may be of two files."""
    for side, table in ((before, "measured_before"), (after, "measured_after")):
        db.execute(rendered("use", catalog=side.catalog))
        question = Question.about("journal_count", filters, timezone, side.at)
        sql = rendered("as_of/pick_measured", table=table, picked=picked(filters))
        db.execute(sql, question.bound(sql))
    sql = rendered(
        "as_of/causes",
        before=before.catalog,
        after=after.catalog,
        measures=MEASURES,
        own=["happened_at", *_compared(LEAD_COLUMNS)],
        traffic=_compared(TRAFFIC_COLUMNS),
    )
    db.execute(sql, {"before_at": before.at, **_looked_at(filters)})
    rows = db.execute(rendered("as_of/cause_totals", measures=MEASURES)).fetchall()
    return [
        ChangeCause(cause, tuple(fields), leads, dict(zip(MEASURES, changes, strict=True)))
        for cause, fields, leads, *changes in rows
    ]


def leads_moved_by(db: DuckDBPyConnection, cause: ChangeCause) -> list[tuple[str, int]]:
    """Types and ids of the leads of a cause, of what was asked last on this connection."""
    values = {"cause": cause.cause, "fields": list(cause.fields)}
    rows = db.execute(statement("as_of/cause_leads"), values).fetchall()
    return [(lead_type, lead_id) for lead_type, lead_id in rows]


def _looked_at(filters: Filters) -> dict[str, object]:
    """Fields that decide whether a lead fits, none of a search or a set, which look at any; the
    models whose traffic does, and those that matter when they arrive."""
    conditions = [parts_of(key)[0] for key, _ in filters.all_conditions()]
    if any(one.kind in (FilterKind.SET, FilterKind.CONTACT) for one in conditions):
        return {"relevant": [], "models": [*MODELS], "arriving": [*MODELS]}
    columns = {one.column or one.compared for one in conditions} - {None}
    tags = ["tags"] if any(one.name.startswith("tags") for one in conditions) else []
    of_traffic = [one for one in conditions if (one.column or one.compared) in _TRAFFIC]
    second = ["second_model"] if of_traffic else []
    models, arriving = _models(filters, {one.model for one in of_traffic})
    return {
        "relevant": ["happened_at", *sorted(map(str, columns)), *tags, *second],
        "models": sorted(models),
        "arriving": sorted(arriving),
    }


def _models(filters: Filters, of_conditions: set[int | None]) -> tuple[set[int], set[int]]:
    """A condition without a model of its own is about that of the filters; without that one 1 is
    preferred, and 0 where there is no other."""
    own = {model for model in of_conditions if model is not None}
    if None not in of_conditions:
        return own, own
    if filters.model is None:
        return {*MODELS}, {1, *own}
    return {filters.model, *own}, {filters.model, *own}


def _compared(columns: tuple[LeadColumn, ...]) -> list[str]:
    return [one.name for one in columns if any(part.is_compared for part in one.parameters)]
