"""`/api/openapi.json`: complete, valid, and true of what the reports answer."""

from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask.testing import FlaskClient

from analytics.reports.compared_rows import keys_of
from analytics.reports.groups import GROUPS
from analytics.reports.reach import reads_period
from analytics.reports.registry import REPORTS
from analytics.reports.report import Report
from analytics.statements import head_comment
from dashboards.access.roles import Role
from dashboards.api.openapi.document import document
from dashboards.api.openapi.wording import OF_FILTERS, OF_PARAMETERS
from dashboards.api.parameters import names_of
from dashboards.slice.slice import FILTER_NAMES
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.conftest import Place

Document = dict[str, Any]
ROLES = (Role.ADMIN, Role.VIEWER)


@pytest.fixture(scope="module")
def written() -> Document:
    return document()


@pytest.fixture(scope="module")
def clients(busy_place: Place) -> dict[Role, FlaskClient]:
    return {role: busy_place.client(role=role) for role in ROLES}


def operation(written: Document, path: str) -> Document:
    found: Document = written["paths"][path]["get"]
    return found


def parameters(written: Document, path: str) -> dict[str, Document]:
    shared = written["components"]["parameters"]
    listed = [
        shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        for one in operation(written, path)["parameters"]
    ]
    assert all("description" in one for one in listed), path
    return {one["name"]: one for one in listed}


def test_it_is_valid(written: Document) -> None:
    schemathesis.openapi.from_dict(written).validate()
    assert written["openapi"].startswith("3.1.")


def test_it_needs_no_data_but_a_reader(place: Place) -> None:
    assert place.client(role=None).get("/api/openapi.json").status_code in (401, 403)
    token = bearer(place.access, Role.VIEWER)
    answer = place.client(role=None).get("/api/openapi.json", headers=token)
    assert answer.status_code == 200
    assert answer.json == document()
    assert place.client(role=None).get("/api/openapi.json?x=1", headers=token).status_code == 400


def test_it_knows_where_the_application_stands(busy_place: Place) -> None:
    client = busy_place.client()
    answer = client.get("/api/openapi.json", base_url="http://localhost/calltouch")
    assert answer.json is not None
    assert answer.json["servers"] == [{"url": "/calltouch"}]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_each_report_names_what_it_takes(written: Document, report: Report) -> None:
    path = f"/api/reports/{report.name}"
    assert list(parameters(written, path)) == list(names_of(report))
    said = operation(written, path)
    assert said["description"]
    assert "$" not in said["description"]
    assert "{{" not in head_comment(report.path)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_each_report_answers_as_it_says(
    written: Document, clients: dict[Role, FlaskClient], report: Report, role: Role
) -> None:
    asked = {"period": "all"} if reads_period(report) else {}
    if report.page == "lead":
        asked |= {"lead_type": "call", "lead_id": "7"}
    if report.groups:
        asked |= {"group_by": ",".join(GROUPS)}
    if keys_of(report, ()) is not None:
        asked |= {"compare": "slice"}
    answer = clients[role].get(f"/api/reports/{report.name}", query_string=asked).json
    assert answer is not None
    responses = operation(written, f"/api/reports/{report.name}")["responses"]
    schema = responses["200"]["content"]["application/json"]["schema"]
    whole = {**schema, "components": written["components"]}
    jsonschema_rs.Draft202012Validator(whole, validate_formats=True).validate(answer)
    documented = schema["properties"]["rows"]["items"]["properties"]
    assert answer["columns"] == list(documented)


def test_errors_are_as_it_says(written: Document, clients: dict[Role, FlaskClient]) -> None:
    error = {**written["components"]["schemas"]["Error"], "components": written["components"]}
    validator = jsonschema_rs.Draft202012Validator(error)
    for path in (path for path, asked in written["paths"].items() if "get" in asked):
        address = path.format(report="leads_over_time")
        answer = clients[Role.ADMIN].get(address, query_string={"unheard": "of"})
        assert answer.status_code == 400, path
        validator.validate(answer.json)
        assert answer.json is not None
        assert answer.json["parameter"] == "unheard"


def test_nothing_is_said_of_what_is_not_there() -> None:
    taken = {name for report in REPORTS for name in names_of(report)}
    assert set(OF_PARAMETERS) <= taken
    assert set(OF_FILTERS) <= set(FILTER_NAMES)
