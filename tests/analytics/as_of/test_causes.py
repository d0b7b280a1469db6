"""Why a number is not what it was: each cause alone, and all of them together."""

import random
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from analytics.as_of.causes import (
    MEASURES,
    ChangeCause,
    KnowledgeSide,
    knowing_both,
    leads_moved_by,
    why_changed,
)
from analytics.as_of.snapshot import take_snapshot
from analytics.published_file import PublishedFile
from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from analytics.restricted.rights import LeadRights
from analytics.statements import attach
from tests.dashboards.conftest import ZONE, Place
from tests.dashboards.leads import NOW, Delivered, call

THEN = NOW - timedelta(days=7)
HAPPENED = THEN - timedelta(days=3)
LATER = THEN + timedelta(hours=1)
ALL = Filters(date(2026, 1, 1), date(2026, 12, 31))
YANDEX = {"source": "yandex", "medium": "cpc"}
KNOWN = (1, 2, 3)


def of(lead_id: int, **params: str) -> dict[str, str]:
    return call(lead_id, HAPPENED, **{**YANDEX, **params})


def known() -> list[Delivered]:
    return [
        Delivered(HAPPENED + timedelta(minutes=1), of(lead_id, manager="Анна")) for lead_id in KNOWN
    ]


def later(params: dict[str, str], origin: str = "webhook") -> Delivered:
    return Delivered(LATER, params, origin=origin)


def filters(model: int | None = None, **chosen: str) -> Filters:
    return Filters(ALL.first, ALL.last, model, {name: (value,) for name, value in chosen.items()})


CASES: dict[str, tuple[Delivered, Filters, str, list[str], int, dict[str, int]]] = {
    "happened later": (
        later(call(9, THEN + timedelta(minutes=30), **YANDEX)),
        *(ALL, "happened_later", [], 9, {"leads": 1}),
    ),
    "late": (later(of(9)), ALL, "added_late", [], 9, {"leads": 1}),
    "resync": (later(of(9), "api"), ALL, "added_by_resync", [], 9, {"leads": 1}),
    "tag": (
        later(of(1, manager="Анна", tags_manual="Продажа")),
        *(ALL, "changed", ["tags"], 1, {"tagged_leads": 1}),
    ),
    "spam": (
        later(of(1, manager="Анна", spam="true")),
        *(ALL, "changed", ["is_spam"], 1, {"spam_leads": 1}),
    ),
    "target": (
        later(of(1, manager="Анна", targetcall="target")),
        *(ALL, "changed", ["is_target"], 1, {"target_leads": 1}),
    ),
    "left by source": (
        later(of(1, manager="Анна", source="vk")),
        *(filters(source="yandex"), "left", ["source"], 1, {"leads": -1}),
    ),
    "entered by manager": (
        later(of(1, manager="Вера", status="x")),
        *(filters(manager="Вера"), "entered", ["manager"], 1, {"leads": 1}),
    ),
    "left by spam": (
        later(of(1, manager="Анна", spam="true")),
        *(filters(spam="unknown"), "left", ["is_spam"], 1, {"leads": -1}),
    ),
    "entered by a tag": (
        later(of(1, manager="Анна", tags_manual="Продажа")),
        filters(tags="manual:Продажа"),
        *("entered", ["tags"], 1, {"leads": 1, "tagged_leads": 1}),
    ),
    "second model": (
        later(of(1, manager="Анна", attribution="0", source="direct")),
        *(filters(0, source="direct"), "entered", ["second_model"], 1, {"leads": 1}),
    ),
}


def causes_of(
    place: Place, about: Filters, before: Any = THEN, after: Any = NOW
) -> list[ChangeCause]:
    with knowing_both(PublishedFile(place.published), before, after) as (db, *sides):
        found = why_changed(db, about, ZONE, *sides)
        for one in found:
            assert len(leads_moved_by(db, one)) == one.leads
        return found


@pytest.mark.parametrize("case", CASES)
def test_each_cause_alone_gives_its_row(tmp_path: Path, case: str) -> None:
    delivery, about, cause, fields, lead_id, changes = CASES[case]
    place = Place(tmp_path)
    place.add([*known(), delivery])
    expected = ChangeCause(cause, tuple(fields), 1, dict.fromkeys(MEASURES, 0) | changes)
    with knowing_both(PublishedFile(place.published), THEN, NOW) as (db, *sides):
        found = why_changed(db, about, ZONE, *sides)
        assert [(one.cause, one.fields, one.leads) for one in found] == [(cause, tuple(fields), 1)]
        assert {name: value for name, value in found[0].changes.items() if value} == changes
        assert found == [expected]
        assert leads_moved_by(db, found[0]) == [("call", lead_id)]
    assert causes_of(place, about, NOW, NOW) == []


def test_what_moves_a_lead_without_touching_it_has_no_field(tmp_path: Path) -> None:
    """A missed call is no longer lost once the client has been reached by another one."""
    place = Place(tmp_path)
    phone = {"callerphone": "79990000001", "callphase": "calldisconnected"}
    missed = call(1, HAPPENED, **phone, status="unsuccessful")
    reached = call(2, HAPPENED + timedelta(minutes=9), **phone, status="successful")
    place.add([Delivered(HAPPENED + timedelta(minutes=5), missed), later(reached)])
    (lost,) = causes_of(place, filters(only="lost"))
    assert (lost.cause, lost.fields, lost.leads) == ("left", (), 1)
    assert (lost.changes["leads"], lost.changes["missed_calls"]) == (-1, -1)


BOTH_MODELS = ("both_models",)


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """One lead changes in all ways at once."""
    place = Place(tmp_path_factory.mktemp("busy"))
    changed = of(1, manager="Вера", source="vk", tags_manual="Продажа")
    second = of(1, manager="Вера", source="direct", tags_manual="Продажа", attribution="0")
    place.add([*known(), later(changed), later(second)])
    return place


@pytest.mark.parametrize(
    ("model", "chosen", "cause", "fields"),
    [
        (None, {"source": ("yandex",)}, "left", ("source",)),
        (1, {"source": ("yandex",)}, "left", ("source",)),
        (0, {"source": ("direct",)}, "entered", ("second_model",)),
        (None, {"manager": ("Вера",)}, "entered", ("manager",)),
        (None, {"source": ("vk",), "manager": ("Вера",)}, "entered", ("manager", "source")),
        (None, {"source_0": ("direct",)}, "entered", ("second_model",)),
        (None, {"only": BOTH_MODELS}, "entered", ("manager", "second_model", "source", "tags")),
    ],
)
def test_of_all_that_changed_the_fields_are_named_that_moved_it(
    busy: Place, model: int | None, chosen: dict[str, tuple[str, ...]], cause: str, fields: Any
) -> None:
    (found,) = causes_of(busy, Filters(ALL.first, ALL.last, model, chosen))
    assert (found.cause, found.fields, found.leads) == (cause, fields, 1)


def test_their_sum_is_the_difference(tmp_path: Path) -> None:
    """Of any two instants, in any order of receipt, forwards and backwards in knowledge."""
    chance = random.Random(7)
    place, deliveries = Place(tmp_path), []
    for minute in range(120):
        params = of(
            chance.randint(1, 25),
            source=chance.choice(["yandex", "vk"]),
            manager=chance.choice(["Анна", "Вера"]),
            targetcall=chance.choice(["target", "non-target"]),
            unique=chance.choice(["true", "false"]),
            spam=chance.choice(["true", "false"]),
            tags_manual=chance.choice(["", "Продажа"]),
            attribution=chance.choice(["0", "1"]),
        )
        origin = chance.choice(["webhook", "webhook", "api"])
        deliveries.append(Delivered(THEN + timedelta(minutes=minute), params, origin=origin))
    place.add(deliveries)
    moments = [THEN + timedelta(minutes=minute) for minute in (20, 60, 200)]
    slices = (ALL, filters(source="yandex"), filters(0, source="vk"), filters(target="yes"))
    for before, after in pairwise(moments):
        with knowing_both(PublishedFile(place.published), before, after) as (db, first, last):
            for about in slices:
                found = why_changed(db, about, ZONE, first, last)
                sums = [sum(one.changes[name] for one in found) for name in _COUNTED]
                counted = [_counted(db, side, about) for side in (first, last)]
                assert sums == [now - was for was, now in zip(*counted, strict=True)]
                assert len({(one.cause, one.fields) for one in found}) == len(found)
                assert found


_COUNTED = ("leads", "unique_leads", "target_leads", "unique_target_leads", "missed_calls")


def _counted(db: Any, side: KnowledgeSide, about: Filters) -> list[int]:
    """As the report says."""
    db.execute(f"use {side.catalog}")
    answer = ask(db, Question.about("attribution", about, ZONE, side.at))
    return [sum(answer.column(name)) for name in _COUNTED]


def test_limited_rights_are_told_of_their_own_leads(tmp_path: Path) -> None:
    """Of one that has left them nothing, neither then nor now."""
    place = Place(tmp_path)
    moved = [later(of(1, manager="Вера")), later(of(2, manager="Анна", spam="true"))]
    place.add([*known(), *moved, later(of(9, manager="Вера")), later(of(10, manager="Анна"))])
    rights = LeadRights(manager="Анна")
    with knowing_both(PublishedFile(place.published), THEN, NOW, rights) as (db, *sides):
        found = {one.cause: one for one in why_changed(db, ALL, ZONE, *sides)}
        told = {cause: leads_moved_by(db, one) for cause, one in found.items()}
    assert told == {"added_late": [("call", 10)], "changed": [("call", 2)]}


def test_a_snapshot_is_compared_with_another_file(tmp_path: Path) -> None:
    """What is in one of them alone is gone."""
    (tmp_path / "then").mkdir()
    (tmp_path / "now").mkdir()
    place, now = Place(tmp_path / "then"), Place(tmp_path / "now")
    place.add(known())
    now.add(known()[:2])
    taken = tmp_path / "then.duckdb"
    take_snapshot(PublishedFile(place.published), THEN, taken)
    with knowing_both(PublishedFile(now.published), NOW, NOW) as (db, _, after):
        attach(db, taken, "snapshot")
        before = KnowledgeSide("snapshot", THEN)
        (found,) = why_changed(db, ALL, ZONE, before, after)
        assert (found.cause, found.fields, found.changes["leads"]) == ("gone", (), -1)
        assert leads_moved_by(db, found) == [("call", 3)]
