"""The catalogue: every text on the pages in each language, from texts/*.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("ru", "en")
"""The first is used if the reader has no preference."""

Written = str | list[str]
Catalogue = Mapping[str, Mapping[str, Written]]
"""By key ("overview.title"): the text in each language, or a list of forms."""

CABINET = ("webhooks", "api", "statistics")

_FOLDER = Path(__file__).parents[1] / "texts"


@cache
def catalogue() -> Catalogue:
    """All files combined; each section is in one file."""
    return {
        f"{section}.{name}": written
        for path in sorted(_FOLDER.glob("*.toml"))
        for section, texts in tomllib.loads(path.read_text(encoding="utf-8")).items()
        for name, written in texts.items()
    }


@cache
def _paths(language: str) -> Mapping[str, Written]:
    """Menu paths in the Calltouch account, for any text that needs them."""
    return {f"{name}_path": catalogue()[f"cabinet.{name}"][language] for name in CABINET}


@dataclass(frozen=True, slots=True)
class Texts:
    """The catalogue in one language; raises `KeyError` for unknown keys."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """The text with its `{names}` filled in. Not HTML-safe: templates escape it."""
        written = catalogue()[key][self.language]
        assert isinstance(written, str), f"{key} is a list"
        return written.format(**_paths(self.language), **values)

    def forms(self, key: str) -> list[str]:
        written = catalogue()[key][self.language]
        assert isinstance(written, list), f"{key} is no list"
        return written

    def plural(self, noun: str, number: int) -> str:
        """The form of a noun under [counts] for this number."""
        return self.forms(f"counts.{noun}")[_PLURALS[self.language](number)]


def _russian(number: int) -> int:
    """1 лид, 2 лида, 5 лидов; 11 лидов, 21 лид. Rules of CLDR:
    https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html#ru"""
    if number % 10 == 1 and number % 100 != 11:
        return 0
    if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14):
        return 1
    return 2


def _english(number: int) -> int:
    return 0 if number == 1 else 1


_PLURALS = {"ru": _russian, "en": _english}
