"""The recipe "Add a parameter", followed to the letter: the new one is wherever parameters are."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from analytics.store import SCHEMA_VERSION
from tests.recipes.conftest import ScratchCopy

ROOT = Path(__file__).parents[2]
TOPIC = "Двери, 8 916 123-45-67"
ROWS = {
    "requests.toml": """
[formSeconds]
column = "form_seconds"
kind = "integer"
comment = { ru = "Заполнение формы, секунды", en = "Time in the form, seconds" }
card = { group = "request", ru = "Заполнение", en = "Time in the form" }
unit = "seconds"
holds = "nothing"
missing = "warning"
request_api = "secondsInForm"
""",
    "quality.toml": """
[isInsured]
column = "is_insured"
kind = "insured or uninsured"
comment = { ru = "Застрахован", en = "Is insured" }
card = { group = "quality", ru = "Страховка", en = "Insurance" }
holds = "nothing"

[tags_mood]
tag_category = { name = "mood", ru = "Настроение", en = "Mood" }
holds = "text"
unknown_at_start = true
""",
    "traffic.toml": """
[adGroup]
column = "ad_group"
comment = { ru = "Группа объявлений", en = "Group of ads" }
holds = "link"
""",
}


def row_in_the_recipe() -> str:
    """The example that it gives: a row of calls.toml."""
    papers = "".join(path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("*.md")))
    found = re.search(r"(?:\*\*|# )Add a parameter.*?```toml\n(.*?)```", papers, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def told(scratch_copy: ScratchCopy, tmp_path: Path) -> dict[str, Any]:
    version = f"SCHEMA_VERSION = {SCHEMA_VERSION}\n"
    scratch_copy.replace("analytics/store.py", version, f"SCHEMA_VERSION = {SCHEMA_VERSION + 1}\n")
    scratch_copy.append("analytics/parameters/calls.toml", row_in_the_recipe())
    for name, row in ROWS.items():
        scratch_copy.append(f"analytics/parameters/{name}", row)
    said: dict[str, Any] = json.loads(
        scratch_copy.run("-m", "tests.recipes.added_parameters", str(tmp_path))
    )
    return said


def facts(card: str) -> dict[str, str]:
    """What the card lists, by its labels."""
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", card, re.DOTALL)
    return {label: re.sub(r"<[^>]+>", "", text) for label, text in found}


def test_a_row_is_all_that_a_parameter_needs(told: dict[str, Any]) -> None:
    _is_in_the_file(told)
    _is_folded(told)
    _is_shown(told)
    assert told["audited"]["callTopic"] == ["info", "call"]
    assert told["audited"]["formSeconds"] == ["warning", "request"]
    assert told["audited"]["adGroup"] == told["audited"]["tags_mood"] == ["info", "both"]
    assert told["api"][0]["callTopic"] == "Окна"
    assert told["api"][1]["formSeconds"] == 65


def _is_in_the_file(told: dict[str, Any]) -> None:
    columns = told["columns"]
    comment = "Тема разговора (callTopic); NULL, если не передана | "
    comment += "Topic of the call (callTopic); NULL if never sent"
    assert columns["leads.call_topic"] == columns["calls.call_topic"] == ["VARCHAR", comment]
    assert "requests.call_topic" not in columns
    assert columns["requests.form_seconds"][0] == "INTEGER"
    assert "calls.form_seconds" not in columns
    assert columns["leads.is_insured"] == ["BOOLEAN", "Застрахован | Is insured"]
    assert {name for name in columns if name.endswith("ad_group")} == {
        *("leads.ad_group", "calls.ad_group", "requests.ad_group", "lead_attributions.ad_group")
    }


def _is_folded(told: dict[str, Any]) -> None:
    assert told["leads"] == [
        ["call", TOPIC, None, None, "осень", None],
        ["request", None, 70, True, "весна", None],
    ]
    assert sorted(told["attributions"]) == [["весна"], ["осень"]]
    assert told["tags"] == [["mood", "Рад"]]
    assert told["changes"] == [
        ["callTopic", "Окна", TOPIC, True],
        ["formSeconds", "65", "70", True],
    ]
    assert told["is_same"], "the plain fold of the tests makes something else of it"


def _is_shown(told: dict[str, Any]) -> None:
    assert facts(told["cards"]["call ru"])["Тема"] == TOPIC
    assert facts(told["cards"]["call en"])["Topic"] == TOPIC
    assert facts(told["cards"]["request ru"])["Заполнение"] == "1:10"
    assert facts(told["cards"]["request en"])["Insurance"] == "yes"
    for language, mood in (("ru", "Настроение"), ("en", "Mood")):
        assert mood in told["cards"][f"call {language}"]
        # A parameter without a title has its own name.
        assert ">adGroup</span>" in told["cards"][f"call {language}"]
    assert told["admin"] == TOPIC
    assert told["viewer"].startswith("Двери, ")
    assert "123" not in told["viewer"]
