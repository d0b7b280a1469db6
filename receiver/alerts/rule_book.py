"""Rules that were made in the browser, in `state.sqlite`; those of the settings stand beside them
and cannot be changed there."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from analytics.alerts.rule import AlertRule, BadRule, rule_of
from analytics.state_file import open_state
from receiver.alerts.noting import as_text

_TABLES = """
create table if not exists alert_rules (
    name text primary key,
    definition text not null,
    changed_at text not null,
    changed_by text not null
);
"""


class RuleOfSettings(Exception):
    """It stands in calltouch.toml, and is changed there."""


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The one register. `settings`: the rules of calltouch.toml, by name."""

    state: Path
    settings: Mapping[str, AlertRule]

    def rules(self) -> dict[str, AlertRule]:
        """By name; those of the settings first, and in the place of others of the same name."""
        return {
            **self.settings,
            **{n: r for n, r in self._made().items() if n not in self.settings},
        }

    def save(self, rule: AlertRule, who: str, now: datetime) -> None:
        """Raises `RuleOfSettings`."""
        self._refuse_settings(rule.name)
        definition = json.dumps(rule.definition(), ensure_ascii=False)
        with closing(open_state(self.state, _TABLES)) as db:
            db.execute(
                "insert or replace into alert_rules values (?, ?, ?, ?)",
                (rule.name, definition, as_text(now), who),
            )

    def remove(self, name: str) -> bool:
        """Whether there was one. Raises `RuleOfSettings`."""
        self._refuse_settings(name)
        with closing(open_state(self.state, _TABLES)) as db:
            return db.execute("delete from alert_rules where name = ?", (name,)).rowcount > 0

    def _refuse_settings(self, name: str) -> None:
        if name in self.settings:
            raise RuleOfSettings(name)

    def _made(self) -> dict[str, AlertRule]:
        """What a newer version wrote and this one cannot read is left alone. No file, no rules."""
        if not self.state.exists():
            return {}
        address = f"{self.state.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=10)) as db:
            if not db.execute("select 1 from sqlite_master where name = 'alert_rules'").fetchone():
                return {}
            rows = db.execute("select name, definition from alert_rules order by name").fetchall()
        rules = {}
        for name, definition in rows:
            try:
                rules[name] = rule_of(name, json.loads(definition))
            except (BadRule, json.JSONDecodeError):
                continue
        return rules
