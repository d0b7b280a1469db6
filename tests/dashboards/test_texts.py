"""The catalogue is complete: every text in both languages, none missing, none left over."""

import re
import string
from pathlib import Path

import pytest

import dashboards
from dashboards.texts import LANGUAGES, Written, catalogue

ROOT = Path(dashboards.__file__).parent
# Keys that are put together: ("overview.by_" ~ unit) and the like.
PUT_TOGETHER = (
    {f"overview.by_{unit}" for unit in ("day", "week", "month", "year")}
    | {f"overview.{unit}" for unit in ("day", "week", "month", "year")}
    | {f"problem.{name}{end}" for name in ("busy", "not_found", "broken") for end in ("", "_title")}
    | {f"calendar.{kind}months{end}" for kind in ("", "short_") for end in ("", "_of_day")}
)
FORMS = {"counts": {"ru": {3}, "en": {2}}, "calendar": {"ru": {7, 12}, "en": {7, 12}}}


def sources() -> str:
    paths = [*ROOT.rglob("*.py"), *ROOT.rglob("*.html")]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def placeholders(written: Written) -> set[str | None]:
    text = written if isinstance(written, str) else " ".join(written)
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", catalogue())
def test_a_text_exists_in_every_language_with_the_same_blanks(key: str) -> None:
    written = catalogue()[key]
    assert set(written) == set(LANGUAGES)
    assert all(written.values())
    assert len({frozenset(placeholders(text)) for text in written.values()}) == 1


@pytest.mark.parametrize("key", catalogue())
def test_forms_are_as_many_as_the_language_has(key: str) -> None:
    expected = FORMS.get(key.partition(".")[0])
    for language, written in catalogue()[key].items():
        if expected is None:
            assert isinstance(written, str)
        else:
            assert len(written) in expected[language]


def test_no_text_is_left_over() -> None:
    text = sources()
    nouns = {f"counts.{noun}" for noun in re.findall(r"(?:count|plural)\(\"(\w+)\"", text)}
    named = set(re.findall(r"\"(\w+\.\w+)\"|'(\w+\.\w+)'", text))
    used = {name for pair in named for name in pair} | nouns | PUT_TOGETHER
    assert set(catalogue()) - used == set()


def test_no_text_is_missing() -> None:
    sections = {key.partition(".")[0] for key in catalogue()}
    asked = set(re.findall(r"\bt\([\"'](\w+\.\w+)[\"'][,)]", sources()))
    asked |= set(re.findall(r"\btexts\([\"'](\w+\.\w+)[\"'][,)]", sources()))
    assert asked - set(catalogue()) == set()
    assert {key.partition(".")[0] for key in asked} <= sections


def test_templates_hold_no_text_of_their_own() -> None:
    for path in ROOT.rglob("*.html"):
        markup = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search("[а-яё]", markup, flags=re.IGNORECASE), path
