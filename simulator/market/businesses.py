"""The businesses whose sites Calltouch tracks; listed in `businesses.toml`."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Form:
    """A form on the site. `tag`: added by Calltouch to its requests, if any."""

    name: str
    page: str
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Business:
    """`opens` and `closes`: hours of the day in Moscow; `months`: how busy each is, from January;
    other lists start with the most common."""

    domain: str
    title: str
    slug: str
    opens: int
    closes: int
    is_open_on_weekends: bool
    months: tuple[float, ...]
    terms: tuple[str, ...]
    pages: tuple[str, ...]
    topics: tuple[str, ...]
    forms: tuple[Form, ...]

    @classmethod
    def from_table(cls, table: dict[str, Any]) -> "Business":
        forms = tuple(Form(**form) for form in table["forms"])
        lists = {name: tuple(table[name]) for name in ("months", "terms", "pages", "topics")}
        return cls(**{**table, **lists, "forms": forms})


def _load() -> tuple[Business, ...]:
    text = Path(__file__).with_name("businesses.toml").read_text(encoding="utf-8")
    return tuple(Business.from_table(table) for table in tomllib.loads(text)["business"])


BUSINESSES = _load()
