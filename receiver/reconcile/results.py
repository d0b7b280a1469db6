"""What reconcile found, in `state.sqlite`; a later run of a day replaces what an earlier one said.

The published file shows it as `reconciliation`, `reconciliation_differences` and
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

    def note(self, found: ReconciledDay, today: date) -> None:
        """Replace what is noted of this day, site and type."""
        place = (found.day.isoformat(), found.site_id, found.lead_type)
        lost: list[tuple[object, ...]] = [
            (*place, lead_id, "lost", None, None, None, None, remedy(found.day, today))
            for lead_id in found.lost
        ]
        fields: list[tuple[object, ...]] = [
            (*place, f.lead_id, "field", f.field, f.attribution_model, f.received, f.in_api, None)
            for f in found.differing
        ]
        counts = (
            found.in_api,
            found.in_both,
            found.only_webhook,
            found.only_api,
            len(found.lost),
            found.differing_leads,
        )
        self._db.execute("begin immediate")
        for table in _OF_A_DAY:
            self._db.execute(rendered("state/forget_day", table=table), place)
        now = datetime.now(UTC).isoformat()
        self._db.execute(
            "insert into reconciliation values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*place, *counts, now),
        )
        self._db.executemany(
            "insert into reconciliation_differences values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            lost + fields,
        )
        self._db.executemany(
            "insert into reconciliation_unread values (?, ?, ?, ?, ?, ?)",
            [(*place, flaw.kind, flaw.detail, flaw.lead_id) for flaw in found.flaws],
        )
        self._db.execute("commit")
