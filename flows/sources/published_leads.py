"""The leads of the published file, as flows ask for them. For any number of threads."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from analytics.contacts import canonical_email, canonical_phone
from analytics.published_file import NotPublished, NotReachable, Published, PublishedSource
from flows.conditions import Condition, all_hold
from flows.definition.flow import Flow, LeadSource
from flows.filling.lookup import Fields
from flows.sources.lead_fields import lead_fields, published_sql
from flows.store.operations import Operation

MODEL = 1


class PublishedLeads:
    """Opens the file when it is first asked."""

    def __init__(self, source: PublishedSource) -> None:
        self.published = Published(source, memory="128MB", threads=1)

    @contextmanager
    def reading(self) -> Iterator[DuckDBPyConnection]:
        """Raises `NotPublished`; `NotReachable` where the leads lie elsewhere and are away, also
        when they go in the midst of a question."""
        try:
            with self.published.reading() as db:
                yield db
        except duckdb.Error as error:
            if self.published.source.reaches and not self.published.is_ready():
                raise NotReachable("the lake went away") from error
            raise

    def still_holds(self, flow: Flow, operation: Operation) -> bool:
        """Whether `when` holds and `unless` does not, in the newest published state. Raises
        `NotReachable`."""
        source = flow.source
        assert isinstance(source, LeadSource)
        assert operation.lead_type is not None
        assert operation.lead_id is not None
        with self.reading() as db:
            fields = lead_fields(db, operation.lead_type, operation.lead_id, source.model, 0)
            if fields is None or not holds(source.when, fields):
                return False
            if source.unless == "reached":
                row = db.execute(
                    published_sql("reached"), {"lead_id": operation.lead_id}
                ).fetchone()
                return row is None or not row[0]
            return not source.unless or not holds(source.unless, fields)

    def find(
        self, by: dict[str, str], lead_type: str, within: int, now: float
    ) -> dict[str, Any] | None:
        """The newest lead with all of these; None where there is none, or nothing published yet.
        Raises `NotReachable`."""
        values = {
            "lead_type": lead_type,
            "since": datetime.fromtimestamp(now - within, UTC).isoformat(),
            "request_number": by.get("request_number"),
            "phone": _canonical(by, "caller_phone", canonical_phone),
            "email": _canonical(by, "email", canonical_email),
            "session_id": by.get("session_id"),
            "lead_id": by.get("lead_id"),
        }
        try:
            with self.reading() as db:
                row = db.execute(published_sql("found"), values).fetchone()
                return None if row is None else lead_fields(db, row[0], row[1], MODEL, 0)
        except NotReachable:
            raise
        except NotPublished:
            return None


def holds(conditions: tuple[Condition, ...], fields: dict[str, Any]) -> bool:
    return all_hold(conditions, Fields(fields, {}).find)


def _canonical(by: dict[str, str], name: str, canonical: Any) -> str | None:
    """As the fold writes it; a text that is none finds nothing."""
    return None if name not in by else canonical(by[name]) or "-"
