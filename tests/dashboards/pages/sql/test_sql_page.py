"""`/sql` without scripts: a form and what comes of it."""

import re

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from analytics.examples import EXAMPLES
from analytics.sql_sandbox.limits import SandboxLimits
from analytics.sql_sandbox.sandbox import SqlSandbox
from dashboards.access.roles import Role
from dashboards.api.sql_room import SqlRoom
from tests.analytics.sql_sandbox.keyed_file import make_keyed_file
from tests.dashboards.access.signing_in import sign_in
from tests.dashboards.conftest import ZONE, Place
from tests.dashboards.page_text import figures


@pytest.fixture
def client(place: Place) -> FlaskClient:
    client = place.client(role=Role.VIEWER)
    path = make_keyed_file(place.directory / "calltouch-keyed.duckdb")
    limits = SandboxLimits(seconds=20, rows=600)
    SqlRoom(SqlSandbox(path, ZONE, limits)).attach(client.application)
    return client


def run(client: FlaskClient, status: int = 200, **fields: str) -> str:
    page = client.get("/sql?lang=en").get_data(as_text=True)
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token is not None
    response = client.post("/sql?lang=en", data={"form_token": token[1], **fields})
    assert response.status_code == status
    return response.get_data(as_text=True)


def test_the_editor_lists_tables_and_columns(client: FlaskClient) -> None:
    page = client.get("/sql?lang=en").get_data(as_text=True)
    assert 'data-insert="leads"' in page
    assert 'data-insert="source"' in page
    assert 'data-insert="deliveries"' not in page


def test_the_menu_has_it_where_it_is_switched_on(client: FlaskClient, place: Place) -> None:
    link = 'href="/sql"'
    assert link in client.get("/sql").get_data(as_text=True)
    assert link not in place.client().get("/views").get_data(as_text=True)


def test_a_statement_is_answered_below_the_editor(client: FlaskClient) -> None:
    page = run(client, sql="select '<b>' as word, $n + 1 as n", parameters='{"n": 41}')
    assert "<bdi>&lt;b&gt;</bdi>" in page
    assert "<bdi>42</bdi>" in page
    assert re.search(r"The file was made [^<]*12:00", page)


def test_long_results_say_what_is_left_out(client: FlaskClient) -> None:
    page = run(client, sql="from leads")
    assert page.count("<tr>") == 501
    assert "There are more rows" in page
    assert "the first 500" in page


def test_an_error_keeps_the_statement_and_says_where(client: FlaskClient) -> None:
    page = run(client, 400, sql="select getenv('HOME')")
    assert 'data-position="7"' in page
    assert "select getenv(&#39;HOME&#39;)</textarea>" in page
    assert "JSON object" in run(client, 400, sql="select 1", parameters="[1]")


def test_the_same_rows_come_as_a_file(client: FlaskClient) -> None:
    lines = run(client, sql="select lead_id from leads limit 2", format="csv").splitlines()
    assert lines[0] == "lead_id"
    assert len(lines) == 3


def test_it_needs_its_form_token_and_a_person(client: FlaskClient, place: Place) -> None:
    assert client.post("/sql", data={"sql": "select 1"}).status_code == 400
    assert place.client().get("/sql").status_code == 404


def test_ones_own_statements_are_at_hand(client: FlaskClient, place: Place) -> None:
    run(client, sql="select 'mine' as word")
    assert 'data-statement="select &#39;mine&#39; as word"' in run(client, sql="select 2 as two")
    others = sign_in(client.application.test_client(), place.access, Role.ANALYST)
    assert "mine" not in others.get("/sql").get_data(as_text=True)


def test_what_a_table_holds_is_a_button(client: FlaskClient) -> None:
    page = run(client, summarize="leads")
    assert "<bdi>lead_id</bdi>" in page
    assert "null_percentage" in page
    for name in ("leads; drop table leads", "(select 42 as secret)", "duckdb_settings()"):
        run(client, 400, summarize=name)


def test_numbers_beside_the_first_column_are_drawn(client: FlaskClient) -> None:
    counted = "select source, count(*) as leads, 1.5 as half from leads group by all order by 1"
    drawn = figures(run(client, sql=counted, chart="bars"))["sql-result"]
    assert [trace["name"] for trace in drawn["data"]] == ["leads", "half"]
    assert drawn["data"][0]["type"] == "bar"
    lines = figures(run(client, sql="select 1 as a, 2 as b", chart="lines"))["sql-result"]
    assert (lines["data"][0]["x"], lines["data"][0]["y"]) == ([1], [2])
    assert "second column" in run(client, sql="select 'a' as a", chart="bars")
    assert "sql-result" not in run(client, sql=counted)


def test_names_of_columns_are_texts_in_a_chart(client: FlaskClient) -> None:
    page = run(client, sql="select '<b>a' as x, 1 as \"<i>y\"", chart="bars")
    (trace,) = figures(page)["sql-result"]["data"]
    assert (trace["name"], trace["x"]) == ("&lt;i&gt;y", ["&lt;b&gt;a"])


def test_a_query_is_kept_for_oneself_or_the_team(client: FlaskClient, place: Place) -> None:
    page = client.get("/sql?lang=en").get_data(as_text=True)
    token = re.search(r'name="form_token" value="([^"]+)"', page)
    assert token is not None
    form = {"form_token": token[1], "sql": "select 42 as n", "name": "The answer"}
    saved = client.post("/views/statement", data=form)
    assert saved.headers["Location"] == "/sql?sql=select+42+as+n"
    opened = client.get(saved.headers["Location"]).get_data(as_text=True)
    assert "select 42 as n</textarea>" in opened
    assert "The answer" in opened
    assert 'href="/sql?sql=select+42+as+n"' in client.get("/views").get_data(as_text=True)
    assert client.post("/views/statement", data={**form, "is_team": "yes"}).status_code == 403
    assert client.post("/views/statement", data={**form, "sql": " "}).status_code == 400
    others = sign_in(client.application.test_client(), place.access, Role.ANALYST)
    assert "The answer" not in others.get("/sql").get_data(as_text=True)


def test_a_team_has_queries_in_common(client: FlaskClient, place: Place) -> None:
    analyst = sign_in(client.application.test_client(), place.access, Role.ANALYST)
    token = re.search(r'name="form_token" value="([^"]+)"', analyst.get("/sql").text)
    assert token is not None
    form = {"form_token": token[1], "sql": "from leads", "name": "All", "is_team": "yes"}
    assert analyst.post("/views/statement", data=form).status_code == 303
    assert "<bdi>All</bdi>" in client.get("/sql").get_data(as_text=True)


def test_examples_are_at_hand(client: FlaskClient) -> None:
    page = client.get("/sql?lang=en").get_data(as_text=True)
    titles = [example.title.en for example in EXAMPLES if not example.needs_persons]
    assert len(titles) > 15
    assert [title for title in titles if escape(title) not in page] == []
