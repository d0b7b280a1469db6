"""Results of reconcile, in `state.sqlite`; a later run of a day replaces the earlier results.

They are published as `reconciliation`, `reconciliation_differences` and
`reconciliation_unread`.
"""

from datetime import UTC, date, datetime
from pathlib import Path

from analytics.state_file import open_state
from analytics.statements import rendered
from receiver.reconcile.comparing import ReconciledDay, remedy

_TABLES = """
create table if not exists reconciliation (
    day text not null,
    site_id integer not null,
    lead_type text not null,
    in_api integer not null,
    in_both integer not null,
    only_webhook integer not null,
    only_api integer not null,
    lost integer not null,
    differing integer not null,
    compared_at text not null,
    primary key (day, site_id, lead_type)
);
create table if not exists reconciliation_differences (
    day text not null,
    site_id integer not null,
    lead_type text not null,
    lead_id integer not null,
    difference text not null,
    field text,
    attribution_model integer,
    received_value text,
    api_value text,
    remedy text
);
create index if not exists differences_of_a_day
    on reconciliation_differences (day, site_id, lead_type);
create table if not exists reconciliation_unread (
    day text not null,
    site_id integer not null,
    lead_type text not null,
    kind text not null,
    detail text not null,
    lead_id integer
);
create index if not exists unread_of_a_day on reconciliation_unread (day, site_id, lead_type);
"""


_OF_A_DAY = ("reconciliation", "reconciliation_differences", "reconciliation_unread")


class Results:
    def __init__(self, path: Path) -> None:
        self._db = open_state(path, _TABLES)

    def close(self) -> None:
        self._db.close()

    def note(self, result: ReconciledDay, today: date) -> None:
        """Replace the results for this day, site and lead type."""
        key = (result.day.isoformat(), result.site_id, result.lead_type)
        lost: list[tuple[object, ...]] = [
            (*key, lead_id, "lost", None, None, None, None, remedy(result.day, today))
            for lead_id in result.lost
        ]
        fields: list[tuple[object, ...]] = [
            (*key, f.lead_id, "field", f.field, f.attribution_model, f.received, f.in_api, None)
            for f in result.differing
        ]
        counts = (
            result.in_api,
            result.in_both,
            result.only_webhook,
            result.only_api,
            len(result.lost),
            result.differing_leads,
        )
        self._db.execute("begin immediate")
        for table in _OF_A_DAY:
            self._db.execute(rendered("state/forget_day", table=table), key)
        now = datetime.now(UTC).isoformat()
        self._db.execute(
            "insert into reconciliation values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*key, *counts, now),
        )
        self._db.executemany(
            "insert into reconciliation_differences values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            lost + fields,
        )
        self._db.executemany(
            "insert into reconciliation_unread values (?, ?, ?, ?, ?, ?)",
            [(*key, flaw.kind, flaw.detail, flaw.lead_id) for flaw in result.flaws],
        )
        self._db.execute("commit")
