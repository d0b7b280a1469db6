"""The list of parameters: its rows are whole, and a bad one is named."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from analytics.parameters import COLUMNS, PARAMETERS, TAGS, UNKNOWN_AT_START, WEBHOOK_ONLY, reading
from analytics.parameters.reading import BadRow, ParameterFile, read_columns, read_rows
from analytics.parameters.sent_order import SENT_ORDER
from dashboards.pages.lead.facts import facts_of
from dashboards.wording.formats import Formats
from dashboards.wording.texts import Texts
from tests.dashboards.conftest import ZONE

ROOT = Path(__file__).parents[3]
GOOD = """
[callTopic]
column = "call_topic"
comment = { ru = "Тема", en = "Topic" }
holds = "text"
"""


def rows_of(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "calls.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(reading, "_FOLDER", folder)
    read_columns(read_rows((ParameterFile("calls", lead_types=("call",)),)))


def test_the_parameters_of_calltouchs_document_are_listed() -> None:
    assert {*SENT_ORDER} <= {*PARAMETERS}
    assert list(PARAMETERS)[: len(SENT_ORDER)] == list(SENT_ORDER)


def test_flags_are_those_of_the_rules() -> None:
    """docs/fold.md, rules 3 and 5; more may have been added."""
    rules = (ROOT / "docs" / "fold.md").read_text(encoding="utf-8")
    at_start = rules.partition("not available at the start of the call")[2].partition("(`unkn")[0]
    named = {*re.findall(r"`(\w+)`", at_start)}
    assert len(named) == 16
    assert named <= UNKNOWN_AT_START
    assert {"rating", "spam", "worktime", "reclink"} <= WEBHOOK_ONLY


def test_two_parameters_of_one_column_are_of_different_leads_and_one_kind() -> None:
    shared = [column for column in COLUMNS if len(column.parameters) > 1]
    assert {column.name for column in shared} >= {"is_unique", "is_target", "is_unique_target"}
    for column in shared:
        assert len({one.kind for one in column.parameters}) == 1, column.name
        assert sorted(kind for one in column.parameters for kind in one.lead_types) == [
            *("call", "request")
        ]


def test_a_parameter_without_a_column_has_another_place() -> None:
    """A text, a number or a flag without one would be lost."""
    placed = {name for name, _ in TAGS} | {"timestamp", "calltime", "requestDate"}
    for name, one in PARAMETERS.items():
        if one.column is None and one.scope.name != "ENVELOPE" and name not in placed:
            assert name in ("comment", "text", "add_url_params"), name


def test_the_auditor_knows_all_shapes() -> None:
    shaped = (ROOT / "analytics/sql/reports/deliveries/auditor.sql").read_text(encoding="utf-8")
    shapes = {*re.findall(r"(?:then|else) '([\w ]+)'", shaped)}
    assert {one.looks_like for one in PARAMETERS.values()} <= shapes


def test_every_column_with_a_title_is_on_the_card() -> None:
    titled = {column.name for column in COLUMNS if column.card}
    row = {column.name: 1 if column.unit else "x" for column in COLUMNS}
    formats = Formats(Texts("en"), ZoneInfo(ZONE))
    shown = [
        fact.label
        for lead_type in ("call", "request")
        for group in facts_of({**row, "lead_type": lead_type}, formats)
        for fact in group.facts
    ]
    labels = {column.card.label.en for column in COLUMNS if column.card}
    assert {*shown} == labels
    assert len(labels) == len(titled), "two columns have one title"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('holds = "text"', "", "'holds'"),
        ('holds = "text"', 'holds = "secret"', "'SECRET'"),
        ('holds = "text"', 'holds = "text"\nkind = "float"', "float"),
        ('holds = "text"', 'holds = "text"\nmissing = "bad"', "bad"),
        ('holds = "text"', 'holds = "text"\nlead_type = "chat"', "chat"),
        ('holds = "text"', 'holds = "text"\nunit = "hours"', "hours"),
        ('holds = "text"', 'holds = "text"\nunknown = true', "unknown"),
        (', en = "Topic"', "", "en"),
        ("call_topic", 'call\\"topic', "no name of a column"),
        ("[callTopic]", '["call Topic"]', "no name"),
    ],
)
def test_a_bad_row_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, says: str
) -> None:
    rows_of(tmp_path, GOOD, monkeypatch)
    assert old in GOOD
    with pytest.raises(BadRow, match=r"calls\.toml") as raised:
        rows_of(tmp_path, GOOD.replace(old, new), monkeypatch)
    assert says in str(raised.value)
