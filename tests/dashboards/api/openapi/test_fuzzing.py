"""The document is true of a running server, as far as a few requests show; many more of them are in
tests/faults/hostile."""

from pathlib import Path

from dashboards.access.roles import Role
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.api.openapi.fuzzing import Fuzzing
from tests.dashboards.browsing import Site
from tests.dashboards.conftest import Place

SOME = ("journal", "attribution", "lead", "deliveries", "flow_operations")


def test_some_reports_answer_as_the_document_says(
    site: Site, busy_place: Place, tmp_path: Path
) -> None:
    token = bearer(busy_place.access, Role.ANALYST)["Authorization"]
    fuzzing = Fuzzing(seed=1, reports=SOME, examples=2, phases="fuzzing")
    assert fuzzing.run(site.url, token, tmp_path) > 10
