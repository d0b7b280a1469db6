"""What a fold has come to, on its way into the tables."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.fold import list_rows, rows
from analytics.fold.delivery import DecodedDelivery
from analytics.fold.identity import Key
from analytics.fold.life import FieldChange, LeadFold, Life, SuspectedGap
from analytics.fold.links import write_leads
from analytics.fold.order import Place
from analytics.fold.rows import Rewritten
from analytics.fold.states import StateRow, StateSummary, facts_table, states_table
from analytics.fold.tables import ids_table, keys_table, registered
from analytics.statements import statement

_MOST_DELIVERIES = 5_000
_MOST_BYTES = 16 << 20

Folded = dict[str, pa.Table]
"""Rows by the step that writes them (`sql/fold`)."""


@dataclass(slots=True)
class Output:
    """Rows to be written. `stored`: leads that have rows already; `refolded`: stored deliveries
    that were taken again, so that their changes and gaps are replaced; `rewritten`: those of them
    of which something else is known now. Then what the cache of states gains and loses."""

    lives: list[Life] = field(default_factory=list)
    changes: list[FieldChange] = field(default_factory=list)
    gaps: list[SuspectedGap] = field(default_factory=list)
    stored: list[Key] = field(default_factory=list)
    refolded: list[int] = field(default_factory=list)
    rewritten: list[Rewritten] = field(default_factory=list)
    cached: dict[Key, StateSummary] = field(default_factory=dict)
    states: list[StateRow] = field(default_factory=list)
    outdated: list[tuple[Key, int]] = field(default_factory=list)
    forgotten: list[Key] = field(default_factory=list)
    size: int = 0

    def take_history(self, fold: LeadFold) -> None:
        """What the fold has found since it was last asked."""
        for change in fold.changes:
            self.size += len(change.difference.old or "") + len(change.difference.new or "")
        self.changes += fold.changes
        self.gaps += fold.gaps
        fold.changes, fold.gaps = [], []

    def take_again(self, one: DecodedDelivery, was: Rewritten) -> None:
        """A stored delivery, and what was known of it before it was folded again."""
        self.refolded.append(one.delivery_id)
        if known(one) != was:
            self.rewritten.append(known(one))

    def keep_state(self, row: StateRow) -> None:
        self.states.append(row)
        self.size += len(row.plain)

    def drop_state(self, key: Key, at: Place) -> None:
        """Whether it is stored or was only to be."""
        self.states = [row for row in self.states if (row.key, row.place) != (key, at)]
        self.outdated.append((key, at[1]))

    @property
    def is_full(self) -> bool:
        return (
            self.size > _MOST_BYTES
            or len(self.refolded) + len(self.changes) + len(self.lives) > _MOST_DELIVERIES
        )

    def folded(self) -> Folded:
        return {
            "write_lead_attributions": rows.attributions(self.lives),
            "write_leads": rows.leads(self.lives),
            "write_lead_changes": rows.changes(self.changes),
            "write_delivery_gaps": rows.gaps(self.gaps),
            "write_lead_tags": list_rows.tags(self.lives),
            "write_lead_comments": list_rows.comments(self.lives),
            "write_call_phrases": list_rows.phrases(self.lives),
            "write_lead_url_params": list_rows.url_params(self.lives),
        }

    def write(self, db: DuckDBPyConnection) -> None:
        """And begin anew."""
        write_folded(db, self.folded(), self.stored, self.refolded)
        if self.rewritten:
            with registered(db, {"rewritten": rows.rewritten(self.rewritten)}):
                db.execute(statement("fold/rewrite_deliveries"))
        if self.cached or self.states or self.outdated or self.forgotten:
            self._write_cache(db)
        self.__init__()  # type: ignore[misc]

    def _write_cache(self, db: DuckDBPyConnection) -> None:
        outdated = keys_table([key for key, _ in self.outdated]).append_column(
            "delivery_id", pa.array([number for _, number in self.outdated], pa.int64())
        )
        forgotten = keys_table(self.forgotten)
        given = {"forgotten": forgotten, "outdated": outdated, "folded": states_table(self.states)}
        with registered(db, given):
            db.execute(statement("fold/write_lead_states"))
        with registered(db, {"forgotten": forgotten, "folded": facts_table(self.cached)}):
            db.execute(statement("fold/write_lead_facts"))


def known(one: DecodedDelivery) -> Rewritten:
    """What the fold knows of a delivery in a lead."""
    assert one.sort_key is not None
    return one.delivery_id, one.sort_key, one.outcome, one.is_late, one.problems


def write_folded(
    db: DuckDBPyConnection,
    folded: Folded,
    stored: Iterable[Key] = (),
    refolded: Iterable[int] = (),
) -> None:
    given = {"stored": keys_table([*stored]), "refolded": ids_table([*refolded])}
    for step, its_rows in folded.items():
        with registered(db, {**given, "folded": its_rows}):
            if step == "write_leads":
                write_leads(db)
            else:
                db.execute(statement(f"fold/{step}"))
    db.execute(statement("fold/forget_placed"))
