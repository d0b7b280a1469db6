"""Twenty questions that data teams ask, each with its SQL: docs/queries.md, and pages that offer
them. Their words are in examples.toml, the statements in sql/examples.
"""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from analytics.parameters.parameter import Bilingual
from analytics.statements import rendered

_WORDS = Path(__file__).with_name("examples.toml")


@dataclass(frozen=True, slots=True)
class ExampleQuestion:
    """`note`: what to watch out for. `report`: of the pages, that has the same numbers.
    `needs_persons`: it names columns that the file without persons has not got."""

    name: str
    title: Bilingual
    note: Bilingual
    report: str | None = None
    needs_persons: bool = False

    def over_days(self, first: date, last: date, timezone: str) -> str:
        """Its SQL, of the days `first` to `last`, both included."""
        return rendered(f"examples/{self.name}", first=first, last=last, timezone=timezone)


def _read(name: str, words: dict[str, Any]) -> ExampleQuestion:
    title, note = Bilingual(**words.pop("title")), Bilingual(**words.pop("note"))
    return ExampleQuestion(name, title, note, **words)


EXAMPLES: tuple[ExampleQuestion, ...] = tuple(
    _read(name, words) for name, words in tomllib.loads(_WORDS.read_text(encoding="utf-8")).items()
)
"""In the order in which they are shown."""
