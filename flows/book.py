"""The flows in force, as the runner uses them: every version is read once."""

import sqlite3
from dataclasses import dataclass, field

from flows.definition.flow import Flow
from flows.definition.reading import read_flow
from flows.store.definitions import StoredFlow, definition_of, stored_flows


@dataclass(slots=True)
class FlowBook:
    """`current`: by name, with whether it runs. Filled by `refresh`."""

    current: dict[str, StoredFlow] = field(default_factory=dict)
    _read: dict[tuple[str, int], Flow | None] = field(default_factory=dict)

    def refresh(self, db: sqlite3.Connection) -> None:
        self.current = {flow.name: flow for flow in stored_flows(db)}

    def is_running(self, name: str) -> bool:
        return name in self.current and self.current[name].is_running

    def flow(self, db: sqlite3.Connection, name: str, version: int) -> Flow | None:
        """None where that version cannot be read: an earlier program wrote it."""
        key = (name, version)
        if key not in self._read:
            self._read[key] = read_flow(name, definition_of(db, name, version)).flow
        return self._read[key]

    def versions(self, db: sqlite3.Connection) -> dict[tuple[str, int], Flow]:
        """All there are that can be read."""
        keys = [(row[0], row[1]) for row in db.execute("select flow, version from versions")]
        found = {key: self.flow(db, *key) for key in keys}
        return {key: flow for key, flow in found.items() if flow is not None}
