"""Why a number is not what it was: causes that add up, over a file and over HTTP."""

import pytest

import calltouch
from calltouch.dataset import Dataset
from dashboards.access.roles import Role
from tests.calltouch.dataset.conftest import Remote

BEFORE, AFTER = "2026-11-10T12:00", "2026-11-18T12:00"
DAYS = {"start": "2026-11-01", "end": "2026-11-14"}


@pytest.mark.parametrize("filters", [{}, {"source": "yandex", "model": 1}, {"target": True}])
def test_causes_add_up_to_the_difference(
    local: Dataset, remote: Remote, filters: dict[str, object]
) -> None:
    about = {**DAYS, **filters}
    causes = local.why_changed(BEFORE, AFTER, **about).arrow()
    assert causes == remote(Role.VIEWER).why_changed(BEFORE, AFTER, **about).arrow()
    totals = [
        local.as_of(instant).report("overview", **about).arrow().to_pylist()[0]
        for instant in (BEFORE, AFTER)
    ]
    for measure in ("leads", "unique_leads", "target_leads"):
        moved = sum(causes[f"{measure}_moved"].to_pylist())
        assert moved == totals[1][measure] - totals[0][measure], measure
    assert len(causes)


def test_of_then_the_later_instant_is_then(local: Dataset) -> None:
    then = local.as_of("2026-11-12").why_changed(BEFORE, **DAYS).arrow()
    assert then == local.why_changed(BEFORE, "2026-11-12", **DAYS).arrow()
    assert then != local.why_changed(BEFORE, **DAYS).arrow()


def test_what_came_from_the_api_is_a_cause(local: Dataset) -> None:
    """On the 17th, resync brought what was lost on the 14th."""
    causes = local.why_changed("2026-11-16", start="2026-11-14", end="2026-11-14").arrow()
    assert sum(causes["leads_moved"].to_pylist()) > 0


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [("", None, "before"), ("2099-01-01", None, "2099"), (AFTER, BEFORE, "after")],
)
def test_instants_that_cannot_be(local: Dataset, before: str, after: str | None, said: str) -> None:
    with pytest.raises(calltouch.BadOption, match=said):
        local.why_changed(before, after)
    with pytest.raises(calltouch.BadOption, match="sorce"):
        local.why_changed(BEFORE, sorce="yandex")
