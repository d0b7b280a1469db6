"""Leads that Calltouch has and we do not, as `calltouch reconcile` found them last."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from analytics.alerts.trouble import AlertRecord, Trouble
from receiver.alerts.source import CannotLook, Findings

RECONCILED = "reconcile_lost"

_LOST = """
select sum(lost), count(distinct day), max(day), min(compared_at)
from reconciliation
where lost > 0
"""


@dataclass(frozen=True, slots=True)
class ReconciledLosses:
    """Told again when there are more of them; over when a later run finds them all."""

    state: Path
    name: str = "reconciliation"
    kinds: frozenset[str] = frozenset((RECONCILED,))

    def look(self, known: Sequence[AlertRecord], memory: str, now: datetime) -> Findings:
        try:
            address = f"{self.state.absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True, timeout=5)) as db:
                if not db.execute(
                    "select 1 from sqlite_master where name = 'reconciliation'"
                ).fetchone():
                    return Findings(())
                lost, days, last_day, compared_at = db.execute(_LOST).fetchone()
        except sqlite3.Error as error:
            raise CannotLook(f"state.sqlite: {error}") from error
        if not lost:
            return Findings(())
        figures: dict[str, float | str] = {"lost": float(lost), "days": float(days)}
        figures["last_day"] = str(last_day)
        since = datetime.fromisoformat(compared_at).astimezone(UTC)
        return Findings([Trouble(RECONCILED, "", "", figures, since, int(lost))])
