"""The contract of the tables: names, types, comments; nothing that other readers stumble over."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from analytics.parameters import COLUMNS as PARAMETER_COLUMNS
from analytics.store import (
    TABLES,
    VIEWS,
    count_deliveries,
    fingerprint_of,
    give_back_memory,
    last_delivery_from,
    last_delivery_id,
    open_store,
    positions,
    save_positions,
)
from tests.analytics.fold.folding import FINGERPRINT, new_store

TRAFFIC = """source medium utm_source utm_medium utm_campaign utm_content utm_term session_id
    hostname url ref gcid ya_client_id attrs city browser os device ip user_agent"""
COMMON = """lead_type lead_id site_id site_name happened_at happened_local day caller_phone email
    fio ct_caller_id ct_client_id ct_global_id person canonical_phone canonical_email"""
CALLS = """call_phase is_ended phone_number sub_pool_name redirect_number duration waiting_time
    status status_details is_callback is_worktime pool is_spam sip_call_id call_reference_number
    reclink call_url callback_request_id callback_final_attempt"""
REQUESTS = "request_number subject request_url"
BOTH = f"""is_unique is_target is_unique_target rating manager order_id attribution_model {TRAFFIC}
    extra first_received_at last_received_at last_sent_at delivery_count"""
DAILY = """site_id site_name lead_type source medium utm_source utm_medium utm_campaign utm_content
    utm_term city device leads unique_leads uniqueness_known target_leads target_known
    unique_target_leads unique_target_known spam spam_known unfinished_calls ended_calls
    answered_calls missed_calls talk_seconds talk_known waiting_seconds waiting_known"""
COLUMNS = {
    "leads": f"{COMMON} {CALLS} {REQUESTS} {BOTH}",
    "calls": f"{COMMON} {CALLS} {BOTH}",
    "requests": f"{COMMON} {REQUESTS} {BOTH}",
    "lead_attributions": f"lead_type lead_id attribution_model {TRAFFIC}",
    "lead_url_params": "lead_type lead_id attribution_model position name value",
    "lead_tags": "lead_type lead_id tag_category tag lead_day tagged_at tagged_after"
    " lead_is_target",
    "lead_comments": "lead_type lead_id position party comment",
    "call_phrases": "lead_id position channel phrase",
    "lead_changes": """lead_type lead_id changed_at field attribution_model old_value new_value
        delivery_id webhook is_declared""",
    "deliveries": """delivery_id received_at webhook origin method source_ip lead_type lead_id
        sent_at attribution_model call_phase changed_fields kind outcome is_late problems params""",
    "delivery_gaps": "lead_type lead_id webhook delivery_id reason fields",
    "missed_calls": "lead_id site_id missed_at recovered_at",
    "suspected_gaps": "lead_type lead_id webhook delivery_id reason explanation",
    "freshness": """published_at last_delivery_id last_received_at app_version schema_version""",
    "resync_runs": "run_id plan state started_at finished_at web_requests fetched outside",
    "reconciliation": """day site_id lead_type in_api in_both only_webhook only_api lost differing
        compared_at""",
    "reconciliation_differences": """day site_id lead_type lead_id difference field
        attribution_model received_value api_value remedy""",
    "reconciliation_unread": "day site_id lead_type kind detail lead_id",
    "archive_faults": "problem file first_id last_id first_day last_day explanation",
    "lost_deliveries": "first_id last_id day reason",
    "flow_operations": """operation_id flow flow_version source state reason received_at finished_at
        lead_type lead_id delivery_id attempts replay_of times_received problems""",
    "calendar": """day is_working kind name_ru name_en swapped_with works_from works_until
        is_official""",
    "alerts": """alert_id kind subject cause site_id is_urgent figures times began_at noticed_at
        ended_at told_at times_told""",
    "notes": "note_id began_at ended_at site_id text author made_at",
    "leads_by_day": f"day {DAILY}",
    "leads_by_day_and_model": f"day attribution_model {DAILY} attributed_leads",
    "flow_attempts": """operation_id step step_name attempt begun_at seconds host method status
        outcome reason""",
}
TYPES = {
    "BIGINT": """lead_id site_id session_id delivery_id last_delivery_id run_id first_id
        last_id person operation_id replay_of alert_id note_id leads unique_leads uniqueness_known
        target_leads target_known unique_target_leads unique_target_known spam spam_known
        unfinished_calls ended_calls answered_calls missed_calls talk_seconds talk_known
        waiting_seconds waiting_known attributed_leads""",
    "INTEGER": """duration waiting_time delivery_count position schema_version web_requests fetched
        outside in_api in_both only_webhook only_api lost differing flow_version
        attempts times_received step attempt times times_told""",
    "DATE": "day lead_day first_day last_day swapped_with",
    "SMALLINT": "rating attribution_model flow_attempts.status",
    "DOUBLE": "seconds tagged_after",
    "BOOLEAN": """is_callback is_worktime is_spam is_unique is_target is_unique_target is_declared
        is_late is_ended is_working is_official is_urgent lead_is_target""",
    "TIMESTAMP": "happened_local works_from works_until",
    "TIMESTAMP WITH TIME ZONE": """happened_at first_received_at last_received_at last_sent_at
        changed_at received_at sent_at published_at started_at finished_at compared_at missed_at
        recovered_at begun_at began_at noticed_at ended_at told_at made_at tagged_at""",
    "JSON": "extra params figures",
    "VARCHAR[]": "changed_fields problems fields",
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[DuckDBPyConnection]:
    with new_store(tmp_path) as store:
        yield store


def columns(db: DuckDBPyConnection) -> list[tuple[str, str, str, str | None]]:
    return db.execute(
        """select table_name, column_name, data_type, comment from duckdb_columns()
        where schema_name = 'main' and not internal and database_name <> 'temp'
        order by table_name, column_index"""
    ).fetchall()


def test_tables_and_columns_are_those_of_the_contract(db: DuckDBPyConnection) -> None:
    """A parameter that is added to the list adds a column; none of these goes or moves past one."""
    known = {(table, column) for table, names in COLUMNS.items() for column in names.split()}
    added = {column.name for column in PARAMETER_COLUMNS if ("leads", column.name) not in known}
    found: dict[str, list[str]] = {}
    for table, column, _, _ in columns(db):
        if column not in added:
            found.setdefault(table, []).append(column)
    assert found == {table: names.split() for table, names in COLUMNS.items()}
    assert set(found) == {*TABLES, *VIEWS} - {
        "digest",
        "digest_deliveries",
        "digest_lead_changes",
        "digest_archived",
        "digest_flows_copied",
        "digest_flow_days",
        "digest_noted",
    }


def test_types_are_those_of_the_contract(db: DuckDBPyConnection) -> None:
    expected = {name: kind for kind, names in TYPES.items() for name in names.split()}
    for table, column, kind, _ in columns(db):
        if column in COLUMNS[table].split():
            usual = expected.get(column, "VARCHAR")
            assert kind == expected.get(f"{table}.{column}", usual), (table, column)


def test_everything_has_a_comment_in_both_languages(db: DuckDBPyConnection) -> None:
    tables = db.execute("select table_name, comment from duckdb_tables()").fetchall()
    views = db.execute(
        "select view_name, comment from duckdb_views() where not internal"
    ).fetchall()
    named = [(table, comment) for table, comment in tables if table != "parameters"] + views
    named += [(f"{table}.{column}", comment) for table, column, _, comment in columns(db)]
    for name, comment in named:
        russian, _, english = (comment or "").partition(" | ")
        assert russian, name
        assert english, name
        assert any("а" <= letter <= "я" for letter in russian.lower()), name
        assert not any("а" <= letter <= "я" for letter in english.lower()), name


def test_the_views_say_of_a_column_what_its_table_says(db: DuckDBPyConnection) -> None:
    comments = {(table, column): comment for table, column, _, comment in columns(db)}
    of_views = [name for name in comments if name[0] in ("calls", "requests")]
    assert {column for view, column in of_views} == {column.name for column in PARAMETER_COLUMNS}
    for view, column in of_views:
        assert comments[view, column] == comments["leads", column]


def test_no_index_no_key_no_sequence_no_default(db: DuckDBPyConnection) -> None:
    """Older readers cannot open a file with an index, and a default that is a function has made
    files unopenable after a crash."""
    assert db.execute("select * from duckdb_indexes()").fetchall() == []
    assert db.execute("select * from duckdb_sequences()").fetchall() == []
    kinds = db.execute("select distinct constraint_type from duckdb_constraints()").fetchall()
    assert kinds == [("NOT NULL",)]
    query = """select * from duckdb_columns()
        where not internal and column_default is not null and database_name <> 'temp'"""
    assert db.execute(query).fetchall() == []


def test_the_basis_is_remembered(db: DuckDBPyConnection) -> None:
    assert fingerprint_of(db) == dict(FINGERPRINT.rows())


def test_a_view_that_is_new_is_made_in_the_store_that_is_there(tmp_path: Path) -> None:
    with new_store(tmp_path) as db:
        whole = columns(db)
        db.execute("drop view leads_by_day")
        db.execute("drop view missed_calls")
    with closing(open_store(tmp_path / "store.duckdb", FINGERPRINT)) as db:
        assert columns(db) == whole
    assert not (tmp_path / "store.duckdb.wal").exists()


def test_the_store_of_another_version_is_left_as_it_is(tmp_path: Path) -> None:
    """Its tables need not have what the views of this one ask for."""
    with new_store(tmp_path) as db:
        db.execute("drop view leads_by_day")
        db.execute("update digest.basis set value = '9' where name = 'schema_version'")
    with closing(open_store(tmp_path / "store.duckdb", FINGERPRINT)) as db:
        assert "leads_by_day" not in {table for table, *_ in columns(db)}


def test_memory_is_given_back_and_may_be_taken_again(db: DuckDBPyConnection) -> None:
    limit = db.execute("select current_setting('memory_limit')").fetchone()
    db.execute(
        "create temp table much as select range as n, repeat('а', 900) as t from range(90000)"
    )
    give_back_memory(db)
    assert db.execute("select current_setting('memory_limit')").fetchone() == limit
    assert db.execute("select count(*), sum(length(t)) from much").fetchone() == (
        90_000,
        81_000_000,
    )


def test_positions_are_replaced_one_by_one(db: DuckDBPyConnection) -> None:
    save_positions(db, {"a": 1, "b": 2})
    save_positions(db, {"b": 3, "c": 4})
    save_positions(db, {})
    assert positions(db) == {"a": 1, "b": 3, "c": 4}


@pytest.mark.parametrize("published", [None, 3, 7, 100])
def test_the_last_delivery_is_found_whatever_was_published(
    db: DuckDBPyConnection, published: int | None
) -> None:
    """A store may have lost what was published of it."""
    assert last_delivery_id(db) == 0
    db.execute("insert into freshness values (now(), ?, null, '1', 1)", [published])
    assert last_delivery_id(db) == 0
    db.execute(
        """insert into digest.deliveries by name
        select
            range as delivery_id, now() as received_at, '' as webhook, '' as origin, '' as method,
            received_at as sent_at, '' as outcome, false as is_late, []::varchar[] as problems,
            0 as size
        from range(1, 8)"""
    )
    assert last_delivery_id(db) == 7
    assert [last_delivery_from(db, first) for first in (1, 7, 8)] == [7, 7, 0]
    assert [count_deliveries(db, until) for until in (0, 3, 7, 9)] == [0, 3, 7, 7]
    assert count_deliveries(db) == 7
