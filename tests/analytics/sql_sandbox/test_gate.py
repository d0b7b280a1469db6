"""The gate alone: nothing of a statement is run here, and nothing else would stop it."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from analytics.sql_sandbox import gate
from analytics.sql_sandbox.names import FUNCTIONS, LISTS, TABLE_FUNCTIONS
from analytics.sql_sandbox.refused import Refused
from tests.analytics.sql_sandbox.keyed_file import ATTEMPTS, make_keyed_file

TABLES = ("leads", "calls", "freshness")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(make_keyed_file(tmp_path_factory.mktemp("gate") / "k.duckdb")) as db:
        yield db


@pytest.mark.parametrize("sql", ATTEMPTS)
def test_every_attempt_is_refused(
    db: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    """And nothing is opened or written while it is looked at."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Refused):
        gate.pass_gate(db, sql, TABLES)
    assert list(tmp_path.iterdir()) == []


ALLOWED = (
    "select 1;",
    "from leads",
    "table leads",
    "values (1), (2)",
    'select * from "LEADS" where lead_id in (select lead_id from calls)',
    "select source, count(*) as leads from leads group by all order by leads desc limit 10",
    "with a as (from leads), b as (from a) select * from b join a using (lead_id)",
    "with leads as (select * from leads where lead_id < 5) from leads",
    "with recursive t(i) as (select 1 union all select i + 1 from t where i < 9) from t",
    "with recursive t(i, n) using key (i) as (select 1, 1 union all "
    "select i, n + 1 from recurring.t where n < 9) from t",
    "select * from (with a as (select 1 as x) from a), lateral (select x + 1)",
    "select unnest([1, 2]), * from range(3), generate_series(1, 2), unnest([1])",
    "pivot leads on source in ('source 1', 'source 2') using count(*)",
    "from (unpivot (select 1 as a, 2 as b) on a, b)",
    "select source.upper(), [x + 1 for x in [1]], list_filter([1], lambda x: x > 0) from leads",
    "select row_number() over (partition by source order by lead_id) as n from leads qualify n = 1",
    "select created_at::date as day, date_trunc('week', created_at), $since::date from leads",
    "select 1 as a union by name select 2 as b",
    "select columns('lead.*'), try_cast(source as int), error('no') from leads tablesample 10%",
    "from leads positional join calls",
    "select * exclude (source) replace (lead_id + 1 as lead_id) from leads",
    "select json_extract('{}', '$.a'), '{\"a\": 1}'::json ->> 'a', {'a': 1}.a, map {'a': 1}['a']",
    "select grouping(source), count(*) from leads group by rollup (source)",
    "select string_agg(source, ',' order by lead_id) filter (where lead_id > 1) from leads",
    "select interval 1 day + now(), current_date, extract(year from created_at) from leads",
    "select if(lead_id = 1, 'a', 'b'), coalesce(source, ''), lead_id between 1 and 2 from leads",
    "select '/etc/passwd', 'read_text(1)' -- getenv('HOME')",
    "select * from leads asof join calls on leads.created_at >= calls.created_at",
)


@pytest.mark.parametrize("sql", ALLOWED)
def test_what_analysts_write_passes_and_runs(db: duckdb.DuckDBPyConnection, sql: str) -> None:
    bound = gate.pass_gate(db, sql, TABLES)
    assert bound == (["since"] if "$since" in sql else [])
    if "error(" not in sql:
        db.execute(sql, {"since": "2026-11-01"} if bound else None).fetchmany(5)


@pytest.mark.parametrize(
    ("sql", "code", "position", "values"),
    [
        ("select * from lead", "table", 14, {"name": "lead", "known": sorted(TABLES)}),
        ("select 'щит', * from lead", "table", 21, {"name": "lead", "known": sorted(TABLES)}),
        ("select getenv('A')", "function", 7, {"name": "getenv"}),
        ("select * from glob('*')", "table_function", 14, {"name": "glob"}),
        ("select * from x.leads", "qualified", 14, {"name": "leads"}),
        ("select 1; select 2", "not_one", None, {"count": 2}),
        ("  drop table leads", "not_select", None, {"kind": "DROP"}),
        ("", "nothing", None, {}),
        ("-- nothing", "nothing", None, {}),
        ("select\x001", "zero_byte", 6, {}),
        ("select $1", "unnamed_parameter", None, {}),
    ],
)
def test_refusals_say_what_and_where(
    db: duckdb.DuckDBPyConnection,
    sql: str,
    code: str,
    position: int | None,
    values: dict[str, object],
) -> None:
    with pytest.raises(Refused) as caught:
        gate.pass_gate(db, sql, TABLES)
    refused = caught.value
    assert (refused.code, refused.position, refused.values) == (code, position, values)


def test_a_syntax_error_has_its_place(db: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(Refused) as caught:
        gate.pass_gate(db, "select 'щит', from from leads", TABLES)
    assert (caught.value.code, caught.value.position) == ("syntax", 19)


def test_long_statements_are_refused(db: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(Refused) as caught:
        gate.pass_gate(db, "select 1" + " " * gate.LONGEST_SQL, TABLES)
    assert caught.value.code == "too_long"


def test_every_function_of_this_duckdb_was_judged(db: duckdb.DuckDBPyConnection) -> None:
    """One that a newer DuckDB brings is refused until somebody has put it on a list."""
    functions = db.execute(
        "select distinct function_name, starts_with(function_type, 'table') "
        "from duckdb_functions() where function_type <> 'pragma'"
    ).fetchall()
    known = {False: FUNCTIONS | words("refused"), True: TABLE_FUNCTIONS | words("refused_tables")}
    beginnings = tuple(LISTS["refused_beginnings"])
    unjudged = {
        name
        for name, is_table in functions
        if name not in known[is_table] and not name.startswith(beginnings)
    }
    assert unjudged == set()
    assert not FUNCTIONS & words("refused")
    assert not TABLE_FUNCTIONS & words("refused_tables")


def words(name: str) -> set[str]:
    return set(LISTS[name].split())
