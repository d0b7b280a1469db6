"""`POST /api/sql`: a SELECT of the reader's own over the keyed file."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from analytics.keyed.making import make_keyed_file
from analytics.published_file import PublishedFile
from analytics.restricted.rights import LeadRights
from analytics.sql_sandbox.limits import SandboxLimits
from analytics.sql_sandbox.sandbox import SqlSandbox
from dashboards.access.audit import Action, AuditRecord, read_audit
from dashboards.access.roles import Role
from dashboards.access.tokens import create_token
from dashboards.api.sql_room import SqlRoom
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.conftest import ZONE, Place
from tests.made_once import made_once

COUNT = "select lead_type, count(*) as leads from leads group by all order by 1"
Post = Callable[..., TestResponse]


@pytest.fixture(scope="module")
def keyed(busy_place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(directory: Path) -> None:
        make_keyed_file(
            PublishedFile(busy_place.published), directory / "calltouch-keyed.duckdb", b"k" * 32
        )

    return Path(made_once(tmp_path_factory, "keyed", make)) / "calltouch-keyed.duckdb"


@pytest.fixture
def room(keyed: Path) -> SqlRoom:
    return SqlRoom(SqlSandbox(keyed, ZONE, SandboxLimits(seconds=20, rows=50)))


@pytest.fixture
def client(place: Place, room: SqlRoom) -> FlaskClient:
    app = place.app()
    room.attach(app)
    return app.test_client()


@pytest.fixture
def post(client: FlaskClient, place: Place) -> Post:
    token = bearer(place.access)

    def posted(sql: str, status: int = 200, **more: Any) -> TestResponse:
        response = client.post("/api/sql", json={"sql": sql, **more}, headers=token)
        assert response.status_code == status, response.get_data(as_text=True)[:500]
        return response

    return posted


def noted(place: Place) -> list[AuditRecord]:
    with place.access.reading() as db:
        records = read_audit(db, None, 100)
    return [record for record in records if record.entry.action is Action.SQL_RUN]


def test_rows_come_with_their_types_and_how_old_they_are(post: Post) -> None:
    response = post(COUNT)
    answer = response.get_json()
    assert answer["columns"] == ["lead_type", "leads"]
    assert [row["lead_type"] for row in answer["rows"]] == ["call", "request"]
    assert all(row["leads"] > 0 for row in answer["rows"])
    assert (answer["row_count"], answer["truncated"]) == (2, False)
    assert answer["types"][1] == "int64"
    assert answer["keyed_at"]
    assert answer["last_received_at"]
    assert response.headers["X-Calltouch-Keyed-At"] == answer["keyed_at"]


def test_parameters_are_bound_by_name(post: Post) -> None:
    sql = "select $word as word, $numbers as numbers, $none is null as none"
    answer = post(sql, parameters={"word": "it's", "numbers": [1, 2], "none": None}).get_json()
    assert answer["rows"] == [{"word": "it's", "numbers": [1, 2], "none": True}]


def test_what_is_cut_off_says_so(post: Post) -> None:
    response = post("from range(1000)", format="csv")
    assert response.headers["X-Calltouch-Truncated"] == "true"
    assert response.headers["X-Calltouch-Rows"] == "50"
    assert len(response.get_data(as_text=True).splitlines()) == 51


STRANGE = (
    "select 1::tinyint as a, 2.5::decimal(9, 2) as b, timestamptz '2026-11-30 12:00:00+03' as c, "
    "date '290000-01-01' as d, 'inf'::timestamptz as e, [1, null] as f, {'x': 'y'} as g, "
    "'=1+1' as h, null as i, 'a'::blob as j, 170141183460469231731687303715884105727 as k, "
    "uuid '00000000-0000-0000-0000-000000000001' as l, 'nan'::double as m, interval 1 day as n, "
    "'v'::enum('v', 'w') as o, map {'a': 1} as p, time '10:00:00' as q, '{}'::json as r"
)


@pytest.mark.parametrize("name", ["json", "csv", "excel_csv", "xlsx", "parquet", "arrow"])
def test_every_format_takes_every_type(post: Post, name: str) -> None:
    assert post(STRANGE, format=name).get_data()


def test_files_hold_the_rows(post: Post) -> None:
    stream = pa.ipc.open_stream(post(COUNT, format="arrow").get_data())
    table = stream.read_all()
    assert pq.read_table(io.BytesIO(post(COUNT, format="parquet").get_data())).equals(table)
    lines = list(csv.DictReader(io.StringIO(post(COUNT, format="csv").get_data(as_text=True))))
    assert [int(line["leads"]) for line in lines] == table["leads"].to_pylist()


@pytest.mark.parametrize(
    ("sql", "part", "position"),
    [
        ("select * from nothing_such", "nothing_such", 14),
        ("select getenv('HOME')", "getenv", 7),
        ("drop table leads", "DROP", None),
        ("select 1 from where", "where", 14),
        ("select nothing_such from leads", "nothing_such", None),
        ("select caller_phone from leads", "caller_phone", None),
        ("select $d", "$d", None),
    ],
)
def test_what_is_refused_says_what_and_where(
    post: Post, sql: str, part: str, position: int | None
) -> None:
    answer = post(sql, 400).get_json()
    assert part in answer["error"]
    assert answer.get("position") == position


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_a_table_that_is_not_there_names_those_that_are(
    client: FlaskClient, place: Place, lang: str
) -> None:
    response = client.post(
        f"/api/sql?lang={lang}", json={"sql": "from nothing_such"}, headers=bearer(place.access)
    )
    assert {"leads", "calls"} <= set(response.get_json()["expected"])


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"sql": 1}', b'{"sql": "select 1", "x": 1}', b"select 1"]
)
def test_another_body_is_not_understood(client: FlaskClient, place: Place, body: bytes) -> None:
    headers = {**bearer(place.access), "Content-Type": "application/json"}
    assert client.post("/api/sql", data=body, headers=headers).status_code == 400
    assert noted(place) == []


def test_an_unknown_format_names_the_known_ones(post: Post) -> None:
    assert "arrow" in post("select 1", 400, format="xml").get_json()["expected"]


def test_a_session_needs_the_form_token(place: Place, room: SqlRoom) -> None:
    """Another site's page could post with the reader's cookie."""
    client = place.client(role=Role.VIEWER)
    room.attach(client.application)
    assert client.post("/api/sql", json={"sql": "select 1"}).status_code == 400
    assert noted(place) == []


def test_limited_readers_have_no_sql(client: FlaskClient, place: Place) -> None:
    rights = LeadRights(frozenset({1}), None)
    with place.access.changing() as db:
        _, token = create_token(db, place.access.clock(), Role.ANALYST, None, rights)
    headers = {"Authorization": f"Bearer {token}"}
    assert client.post("/api/sql", json={"sql": "select 1"}, headers=headers).status_code == 403


def test_nobody_without_a_token_or_a_session(client: FlaskClient, place: Place) -> None:
    bearer(place.access)
    assert client.post("/api/sql", json={"sql": "select 1"}).status_code in (401, 403)


def test_every_statement_is_in_the_audit_without_what_was_typed_of_people(
    post: Post, place: Place
) -> None:
    post("select '+79161234567' as phone")
    post("select getenv('HOME')", 400)
    post("select nothing_such", 400)
    refused, failed, answered = (noted(place)[place_].entry for place_ in (1, 0, 2))
    assert [entry.report for entry in (answered, refused, failed)] == ["answered", "refused", "sql"]
    given = parse_qs(answered.query)
    assert "9161234567" not in answered.query
    assert given["sql"][0].startswith("select '")
    assert len(given["sha256"][0]) == 64
    assert answered.rows == 1


def test_without_a_keyed_file_it_says_how_to_make_one(
    place: Place, client: FlaskClient, tmp_path: Path
) -> None:
    SqlRoom(SqlSandbox(tmp_path / "none.duckdb", ZONE)).attach(client.application)
    response = client.post("/api/sql", json={"sql": "select 1"}, headers=bearer(place.access))
    assert response.status_code == 503
    assert "calltouch keyed" in response.get_json()["error"]


def test_switched_off_there_is_none(place: Place) -> None:
    client = place.app().test_client()
    response = client.post("/api/sql", json={"sql": "select 1"}, headers=bearer(place.access))
    assert response.status_code == 404
    assert "CALLTOUCH_SQL_SECONDS" in response.get_json()["error"]


@contextmanager
def taken(room: SqlRoom) -> Iterator[None]:
    for _ in range(2):
        room.admission.enter()
    yield
    for _ in range(2):
        room.admission.leave()


def test_more_than_two_at_once_come_back_later(post: Post, room: SqlRoom) -> None:
    with taken(room):
        response = post("select 1", 503)
        assert int(response.headers["Retry-After"]) > 0
    post("select 1")
    with taken(room):
        pass


def test_a_failed_statement_gives_its_place_back(post: Post, room: SqlRoom) -> None:
    for _ in range(3):
        post("select getenv('HOME')", 400)
    with taken(room):
        pass


def test_the_document_describes_the_answer(client: FlaskClient, place: Place, post: Post) -> None:
    document = client.get("/api/openapi.json", headers=bearer(place.access)).get_json()
    operation = document["paths"]["/api/sql"]["post"]
    content = operation["responses"]["200"]["content"]
    schema = content["application/json"]["schema"]
    answer = json.loads(post(COUNT).get_data())
    assert set(schema["required"]) <= set(answer) <= set(schema["properties"])
    assert "application/vnd.apache.arrow.stream" in content
