"""Questions of analysts: the number that an agent gets is the one on the page, and the one that the
tables give when somebody counts again."""

import csv
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb
import pytest
from flask.testing import FlaskClient

from dashboards.access.roles import Role
from tests.calltouch.agents.conftest import Agent, Answer
from tests.dashboards.conftest import SETTINGS, ZONE, Place
from tests.jobs.world import NOW

Question = dict[str, Any]
QUESTIONS: list[Question] = tomllib.loads(
    Path(__file__).with_name("golden.toml").read_text(encoding="utf-8")
)["question"]
# As a file for Excel has them: four digits of a percentage.
SHOWN = 1e-6


@pytest.fixture(scope="module")
def reader(market: Place) -> FlaskClient:
    return market.client(replace(SETTINGS, clock=lambda: NOW), Role.VIEWER)


@pytest.fixture(scope="module")
def tables(market: Place) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(market.published), read_only=True) as db:
        db.execute(f"set timezone = '{ZONE}'")
        yield db


def row_in(rows: list[dict[str, Any]], wanted: Mapping[str, Any]) -> dict[str, Any]:
    (row,) = (row for row in rows if wanted.items() <= row.items())
    return row


def number(written: str) -> float:
    return float(written[:-1]) / 100 if written.endswith("%") else float(written)


def on_the_page(reader: FlaskClient, answer: Answer, where: Question) -> float:
    """The page that the answer names, as the file of the card: the same cells as on the screen."""
    query = urlsplit(answer["page"]).query
    file = f"/export/{where['name']}.csv?card={where['card']}&lang=en&{query}"
    shown = reader.get(file)
    assert shown.status_code == 200, file
    rows = [*csv.DictReader(io.StringIO(shown.data.decode("utf-8-sig")))]
    return number(row_in(rows, where["row"])[where["column"]])


def test_there_are_forty_of_them() -> None:
    assert len({question["ask"] for question in QUESTIONS}) == len(QUESTIONS) >= 40
    assert all("page" in question or "sql" in question for question in QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question["ask"])
def test_an_agent_gets_the_number_that_people_see(
    agent: Agent, reader: FlaskClient, tables: duckdb.DuckDBPyConnection, question: Question
) -> None:
    answer = agent.ask("report", limit=500, **question["call"])
    found = row_in(answer["rows"], question.get("row", {}))[question["value"]]
    assert found == pytest.approx(question["answer"])
    if "page" in question:
        shown = on_the_page(reader, answer, question["page"])
        assert shown == pytest.approx(found, abs=SHOWN)
    if "sql" in question:
        (counted,) = tables.sql(question["sql"]).fetchall()[0]
        assert counted == pytest.approx(found)
