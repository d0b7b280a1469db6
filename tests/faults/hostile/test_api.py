"""The API as it runs, asked what its document allows and what it does not."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from analytics.reports.registry import REPORTS
from tests.dashboards.api.openapi.fuzzing import Fuzzing
from tests.dashboards.leads import some_months
from tests.faults.rounds import SEED, chance, rounds
from tests.faults.table import record
from tests.road.server import Server, serving

NAMES = [report.name for report in REPORTS]
WIRE = "negative_data_rejection"
"""By chance a number where texts are wanted, which is a text in a URL: nothing to refuse."""
GUESSES = (WIRE, "positive_data_acceptance")
"""Whoever may not see phones searches by ids alone: other searches are refused."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("api") / "data") as running:
        for delivered in some_months(200):
            running.send(urlencode(delivered.params))
        running.settle()
        yield running


@pytest.mark.parametrize(
    ("role", "phases", "without"),
    [("analyst", "coverage", ()), ("analyst", "fuzzing", (WIRE,)), ("viewer", "fuzzing", GUESSES)],
)
def test_it_answers_as_its_document_says(
    server: Server, tmp_path: Path, role: str, phases: str, without: tuple[str, ...]
) -> None:
    """T-45"""
    made = server.calltouch("token", "create", "--role", role)
    assert made.returncode == 0, made.stderr
    reports = chance("T-45", role, phases).sample(NAMES, rounds(2, len(NAMES)))
    fuzzing = Fuzzing(SEED, tuple(reports), rounds(2, 20), phases, without)
    asked = fuzzing.run(server.dashboards, f"Bearer {made.stdout.split()[-1]}", tmp_path)
    record("T-45", requests=asked)
    assert asked > 10
