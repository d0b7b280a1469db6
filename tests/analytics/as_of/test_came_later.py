"""What has come since an instant, counted: with it the numbers of then become those of now."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from analytics.as_of.came_later import GAINED, LaterKnowledge, came_later
from analytics.as_of.kept import KnownInstants
from analytics.published_file import Published, PublishedFile
from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from tests.dashboards.conftest import ZONE, Place
from tests.dashboards.leads import NOW, Delivered, call, request

THEN = NOW - timedelta(days=7)
BEFORE = THEN - timedelta(days=3)
WEEK = Filters(BEFORE.date() - timedelta(3), THEN.date())
ALL = Filters(date(2026, 1, 1), date(2026, 12, 31))
YANDEX = {"source": "yandex", "medium": "cpc"}


def deliveries() -> list[Delivered]:
    def of(lead_id: int, **params: str) -> dict[str, str]:
        return call(lead_id, BEFORE, **YANDEX, **params)

    def later(*those: dict[str, str], origin: str = "webhook") -> list[Delivered]:
        return [Delivered(THEN + timedelta(hours=1), one, origin=origin) for one in those]

    known = [of(1), of(2), of(3), of(4, manager="Анна"), of(5, tags_manual="Продажа"), of(8)]
    known.append(request(9, BEFORE.replace(tzinfo=None), **YANDEX))
    return [
        *(Delivered(BEFORE + timedelta(minutes=1), one) for one in known),
        *later(
            of(1, tags_manual="Продажа"),
            of(2, spam="true", status="successful"),
            of(3, attribution="0") | {"source": "(direct)", "medium": "(none)"},
            of(4, manager="Вера"),
            of(5, tags_manual="Продажа"),
            {**of(8), "comment": [{"party": "Анна", "comment": "перезвонить"}]},  # type: ignore[dict-item]
            of(10),
            call(12, THEN + timedelta(minutes=30)),
        ),
        *later(of(11), origin="api"),
    ]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("later"))
    place.add(deliveries())
    return place


@pytest.fixture(scope="module")
def known(place: Place) -> Iterator[DuckDBPyConnection]:
    with KnownInstants(PublishedFile(place.published)).at(THEN).reading() as db:
        yield db


def counts(db: DuckDBPyConnection, filters: Filters) -> Mapping[tuple[str, str | None], int]:
    return {(one.kind, one.field): one.leads for one in came_later(db, filters, ZONE, THEN, NOW)}


def test_each_lead_counts_by_how_it_became_known(known: DuckDBPyConnection) -> None:
    """That of lead 5, which says again what was known, counts nowhere."""
    assert counts(known, ALL) == {
        ("happened_later", None): 1,
        ("added_late", None): 1,
        ("added_by_resync", None): 1,
        ("changed", None): 5,
        ("changed", "tags_manual"): 1,
        ("changed", "is_spam"): 1,
        ("changed", "status"): 1,
        ("changed", "second_model"): 1,
        ("changed", "manager"): 1,
        ("changed", "comment"): 1,
    }


def test_a_lead_enters_and_leaves_a_slice_by_what_changed(known: DuckDBPyConnection) -> None:
    anna = Filters(WEEK.first, WEEK.last, chosen={"manager": ("Анна",)})
    assert counts(known, anna) == {("left", None): 1, ("left", "manager"): 1}
    vera = Filters(WEEK.first, WEEK.last, chosen={"manager": ("Вера",)})
    assert counts(known, vera) == {("entered", None): 1, ("entered", "manager"): 1}
    both = Filters(WEEK.first, WEEK.last, chosen={"only": ("both_models",)})
    assert counts(known, both) == {("entered", None): 1, ("entered", "second_model"): 1}


@pytest.mark.parametrize(
    "chosen", [{}, {"spam": ("unknown",)}, {"source": ("yandex",)}, {"tags": ("manual:Продажа",)}]
)
@pytest.mark.parametrize("model", [None, 0, 1])
def test_then_plus_gained_minus_left_is_now(
    place: Place, known: DuckDBPyConnection, chosen: dict[str, Any], model: int | None
) -> None:
    filters = Filters(WEEK.first, WEEK.last, model, chosen)
    later = came_later(known, filters, ZONE, THEN, NOW)
    gained, left = whole(later, *GAINED), whole(later, "left")
    with Published(PublishedFile(place.published)).reading() as db:
        assert leads(db, filters) == leads(known, filters) + gained - left
    assert gained or (model == 0 and chosen.get("source"))


def whole(later: list[LaterKnowledge], *kinds: str) -> int:
    return sum(one.leads for one in later if one.kind in kinds and one.field is None)


def leads(db: DuckDBPyConnection, filters: Filters) -> int:
    ((count,),) = ask(db, Question.about("journal_count", filters, ZONE, NOW)).rows
    return int(count)


def test_as_of_now_nothing_has_come(place: Place) -> None:
    with KnownInstants(PublishedFile(place.published)).at(NOW).reading() as db:
        assert came_later(db, ALL, ZONE, NOW, NOW) == []
