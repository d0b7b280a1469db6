"""The reports about one lead, against plain Python over the tables; and none gives a recording."""

import json
import re
from collections import Counter, defaultdict
from typing import Any

import pytest

from analytics.reports.filters import Filters
from analytics.reports.registry import REPORTS
from tests.analytics.reports.filter_sets import TRAFFIC
from tests.analytics.reports.people import email, phone
from tests.analytics.reports.rows import plain, same
from tests.analytics.reports.world import FIRST_DAY, LAST_DAY, World

FILTERS = Filters(FIRST_DAY, LAST_DAY)
DELIVERY: tuple[str, ...] = (
    "received_at",
    "webhook",
    "origin",
    "method",
    "outcome",
    "is_late",
    "call_phase",
)
DELIVERY += ("attribution_model", "changed_fields", "problems")
CHANGE = ("webhook", "field", "attribution_model", "old_value", "new_value", "is_declared")

Row = dict[str, Any]


def of(row: Row) -> tuple[str, int]:
    return row["lead_type"], row["lead_id"]


@pytest.fixture(scope="module")
def leads(world: World) -> list[Row]:
    """Some of every kind: those with the most to tell, people who return, one model only."""
    rows = world.rows("leads")
    tables = ("lead_changes", "lead_tags", "lead_comments", "lead_url_params")
    told = Counter(of(row) for table in tables for row in world.rows(table))
    told.update(("call", row["lead_id"]) for row in world.rows("call_phrases"))
    late = {of(row) for row in world.rows("deliveries") if row["is_late"]}
    most = sorted(rows, key=lambda lead: -told[of(lead)])
    return most[:10] + most[-10:] + [lead for lead in rows if of(lead) in late][:5]


def ask(world: World, report: str, lead: Row, **options: Any) -> Any:
    key = {"lead_type": lead["lead_type"], "lead_id": lead["lead_id"]}
    return world.ask(report, FILTERS, **key, **options)


def test_the_timeline_has_deliveries_and_what_each_changed(world: World, leads: list[Row]) -> None:
    for lead in leads:
        sent = [row for row in world.rows("deliveries") if of(row) == of(lead)]
        sent.sort(key=lambda d: (d["sent_at"], d["origin"] != "api", d["delivery_id"]))
        # The first start of a call comes before everything.
        starts = [row for row in sent if row["call_phase"] == "callconnected"]
        sent.sort(key=lambda d: d is not min(starts, key=lambda s: s["sent_at"], default=None))
        changes = defaultdict(list)
        for row in world.rows("lead_changes"):
            if of(row) == of(lead):
                changes[row["delivery_id"]].append(row)
        expected = []
        for delivery in sent:
            told = [delivery[name] for name in DELIVERY]
            expected.append(["delivery", delivery["sent_at"], delivery["delivery_id"], *told])
            of_delivery = changes[delivery["delivery_id"]]
            of_delivery.sort(key=lambda c: (c["field"], c["attribution_model"] or -1))
            expected += [
                ["change", c["changed_at"], c["delivery_id"], *(c[name] for name in CHANGE)]
                for c in of_delivery
            ]
        found = []
        for row in ask(world, "lead", lead).records():
            rest = DELIVERY if row["kind"] == "delivery" else CHANGE
            head = (row["kind"], row["at"], row["delivery_id"])
            found.append([*head, *(row[name] for name in rest)])
        assert [list(map(listed, row)) for row in found] == [list(map(listed, r)) for r in expected]


def listed(value: Any) -> Any:
    """pandas has an array where a report has a list."""
    return list(value) if hasattr(value, "__len__") and not isinstance(value, str) else plain(value)


def test_the_card_is_the_lead_without_its_recording(world: World, leads: list[Row]) -> None:
    spoken = {row["lead_id"] for row in world.rows("call_phrases")}
    # The others would tell the phone to who may not see it: all phones are soon hashed.
    left_out = (
        *("reclink", "canonical_phone", "canonical_email", "person"),
        *("number_id", "email_id"),
        *("person_first_day", "person_previous_day", "person_turn"),
    )
    for lead in leads:
        told = {name: value for name, value in lead.items() if name not in left_out}
        told["has_recording"] = lead["reclink"] is not None
        told["has_transcript"] = lead["lead_type"] == "call" and lead["lead_id"] in spoken
        assert same(ask(world, "lead_card", lead), " ".join(told), [told.values()])
    assert ask(world, "lead_card", {"lead_type": "call", "lead_id": 404}).rows == []


def test_both_attributions_are_side_by_side(world: World, leads: list[Row]) -> None:
    columns = (
        "field last_interaction last_non_direct has_last_interaction has_last_non_direct differs"
    )
    seen = set()
    for lead in leads:
        models: dict[int, Row] = {
            row["attribution_model"]: row
            for row in world.rows("lead_attributions")
            if of(row) == of(lead)
        }
        rows = []
        for field in TRAFFIC:
            values = [models.get(model, {}).get(field) for model in (0, 1)]
            values = [str(int(v)) if isinstance(v, float) else v for v in values]
            differs = values[0] != values[1] if len(models) == 2 else None
            rows.append((field, *values, 0 in models, 1 in models, differs))
            seen.add(differs)
        found = ask(world, "lead_attribution", lead)
        assert same(found, columns, rows)
    assert seen == {True, False, None}


@pytest.mark.parametrize(
    ("report", "table", "columns", "order"),
    [
        ("lead_tags_now", "lead_tags", "tag_category tag", ("tag_category", "tag")),
        ("lead_comments_now", "lead_comments", "position party comment", ("position",)),
        (
            "lead_url_params_now",
            "lead_url_params",
            "attribution_model position name value",
            ("-attribution_model", "position"),
        ),
        ("lead_transcript", "call_phrases", "position channel phrase", ("position",)),
    ],
)
def test_lists_of_a_lead_are_whole_and_in_order(
    world: World, leads: list[Row], report: str, table: str, columns: str, order: tuple[str, ...]
) -> None:
    found = 0
    for lead in leads:
        rows = [r for r in world.rows(table) if of({"lead_type": "call"} | r) == of(lead)]
        rows.sort(key=lambda r: [-r[name[1:]] if name[0] == "-" else r[name] for name in order])
        expected = [[row[name] for name in columns.split()] for row in rows]
        assert same(ask(world, report, lead), columns, expected)
        found += len(rows)
    assert found > 0


def test_other_leads_are_of_the_same_person(world: World, leads: list[Row]) -> None:
    columns = """lead_type lead_id day happened_local site_name caller_phone email source medium
        status is_unique is_target manager subject matched_by in_all"""
    found = Counter[str]()
    # People known by their e-mail alone, or by Calltouch's id, are among the odd ones.
    odd = [lead for lead in world.rows("leads") if lead["email"] and not lead["caller_phone"]]
    by_id = [lead for lead in world.rows("leads") if lead["ct_caller_id"] == "by-id"]
    for lead in leads + odd[:5] + by_id:
        rows = []
        for other in world.rows("leads"):
            ways = [
                ("caller_phone", phone(lead), phone(other)),
                ("email", email(lead), email(other)),
                ("ct_caller_id", lead["ct_caller_id"], other["ct_caller_id"]),
            ]
            same_in = [name for name, one, two in ways if one is not None and one == two]
            if same_in and of(other) != of(lead):
                at = other["happened_at"] or other["first_received_at"]
                told = [other[name] for name in columns.split()[:-2]]
                place = (-at.timestamp(), other["lead_type"], -other["lead_id"])
                rows.append((place, [*told, same_in[0]]))
                found[same_in[0]] += 1
        expected = [[*row, len(rows)] for _, row in sorted(rows, key=lambda row: row[0])]
        assert same(ask(world, "other_leads", lead, top=5), columns, expected[:5])
        assert same(ask(world, "other_leads", lead), columns, expected)
    assert set(found) == {"ct_caller_id", "caller_phone", "email"}


def test_raw_deliveries_are_as_received_but_for_the_recording(
    world: World, leads: list[Row]
) -> None:
    blotted = 0
    for lead in leads:
        sent = [row for row in world.rows("deliveries") if of(row) == of(lead)]
        found = ask(world, "lead_deliveries", lead).records()
        assert [r["delivery_id"] for r in found] == sorted(r["delivery_id"] for r in sent)
        params = {row["delivery_id"]: json.loads(row["params"]) for row in sent}
        for row in found:
            blotted += params[row["delivery_id"]].pop("reclink", None) is not None
            assert json.loads(row["params"]) == params[row["delivery_id"]]
    assert blotted > 0


def test_no_report_tells_where_a_recording_is(world: World) -> None:
    """Whoever has the link may listen for ten years."""
    known = [row for row in world.rows("leads") if row["reclink"]]
    assert "jwtkey=" in known[0]["reclink"]
    for report in REPORTS:
        answer = ask(world, report.name, known[0])
        assert not re.search(r"jwtkey=\w", json.dumps(answer.rows, default=str)), report.name
        assert "reclink" not in answer.columns
