"""What is exported: the rows of the file, their types, and nobody's contacts of the keyed one."""

import hashlib
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from analytics.export.tables import (
    OF_A_CALL,
    OF_A_DAY,
    OF_A_LEAD,
    OF_AN_INSTANT,
    UnknownTables,
)
from analytics.relations import JOINS
from tests.analytics.export.files import (
    all_tables,
    asked,
    default_tables,
    exported,
    files_named,
    manifest_in,
)
from tests.analytics.keyed.files import columns_of, contents_of, keyed_canary, rows_in
from tests.analytics.keyed.test_contents import SOUGHT
from tests.byte_search import search_directory
from tests.dashboards.planted import secrets_in

WHOLE = (
    *("alerts", "archive_faults", "calendar", "freshness", "lost_deliveries", "notes"),
    *("reconciliation", "reconciliation_differences", "reconciliation_unread", "resync_runs"),
)


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keyed_canary(tmp_path_factory)


@pytest.fixture(scope="module")
def whole(canary: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("whole")
    path = canary / "calltouch.duckdb"
    exported(path, directory, tables=all_tables(path))
    return directory


@pytest.fixture(scope="module")
def keyed(canary: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("keyed")
    exported(canary / "keyed.duckdb", directory, source="keyed")
    return directory


def test_each_table_has_the_rows_and_types_of_the_file(canary: Path, whole: Path) -> None:
    path = canary / "calltouch.duckdb"
    named = files_named(whole)
    types = columns_of(path)
    assert {*named} == {*types}
    for table, rows in contents_of(path).items():
        found = asked(named[table], "select columns(*)::varchar from exported order by all")
        assert found == rows, table
        described = asked(named[table], "select column_name, column_type from (describe exported)")
        assert dict(described) == types[table], table


def test_the_keyed_file_has_the_same_road(canary: Path, keyed: Path) -> None:
    path = canary / "keyed.duckdb"
    assert {*files_named(keyed)} == default_tables(path)
    for table, rows in contents_of(path, but=("calls", "requests")).items():
        found = asked(
            files_named(keyed)[table], "select columns(*)::varchar from exported order by all"
        )
        assert found == rows, table
    assert manifest_in(keyed)["source"] == "keyed"
    assert manifest_in(keyed)["keyed_at"] is not None


def test_nothing_planted_is_in_an_export_of_the_keyed_file(keyed: Path, whole: Path) -> None:
    def texts(directory: Path) -> str:
        return "\n".join(
            str(asked(paths, "select columns(*)::varchar from exported"))
            for paths in files_named(directory).values()
        )

    assert secrets_in(texts(keyed)) == set()
    assert search_directory(keyed, SOUGHT) == []
    assert secrets_in(texts(whole)) >= {"канарейкин", "жанн", "zhanna", "158.134.77"}


def test_the_manifest_tells_what_each_file_holds(canary: Path, whole: Path) -> None:
    manifest = manifest_in(whole)
    for file in manifest["files"]:
        path = whole / file["file"]
        assert file["bytes"] == path.stat().st_size
        assert file["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert file["rows"] == pq.read_metadata(path).num_rows
        if file["month"] is not None:
            assert file["first_day"][:7] == file["last_day"][:7] == file["month"]
    ((last, version),) = rows_in(
        canary / "calltouch.duckdb", "select last_delivery_id, schema_version from freshness"
    )
    assert (manifest["last_delivery_id"], manifest["schema_version"]) == (last, version)
    assert (manifest["layout"], manifest["zone"], manifest["retired"]) == (1, "Europe/Moscow", {})


def test_months_are_those_of_the_lead_and_of_the_zone(whole: Path) -> None:
    named = files_named(whole)
    for file in manifest_in(whole)["files"]:
        path = [str(whole / file["file"])]
        if file["table"] == "lead_attributions":
            leads = f"read_parquet({named['leads']})"
            days = asked(
                path,
                f"select distinct strftime(day, '%Y-%m') from exported "
                f"join {leads} using (lead_type, lead_id)",
            )
            assert days == [(file["month"],)]
        if file["table"] == "deliveries":
            days = asked(
                path,
                "select min((received_at at time zone 'Europe/Moscow')::date), "
                "max((received_at at time zone 'Europe/Moscow')::date) from exported",
            )
            assert days == [(
                date.fromisoformat(file["first_day"]), date.fromisoformat(file["last_day"])
            )]  # fmt: skip


def test_what_is_said_of_columns_is_in_the_files(whole: Path) -> None:
    (path, *_) = files_named(whole)["leads"]
    comment = pq.read_schema(path).field("person").metadata[b"comment"].decode()
    assert " | " in comment


def test_each_table_is_cut_as_somebody_decided(canary: Path) -> None:
    decided = (*OF_A_DAY, *OF_AN_INSTANT, *OF_A_LEAD, *OF_A_CALL, *WHOLE)
    assert sorted(decided) == sorted(all_tables(canary / "calltouch.duckdb"))
    with_lead = {join.many for join in JOINS if join.one in ("leads", "calls")}
    with_lead -= {"calls", "requests", "deliveries", "flow_operations"}
    assert {*OF_A_LEAD, *OF_A_CALL} == with_lead


def test_an_unknown_table_names_those_there_are(canary: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownTables, match=r"no table lead; there are alerts, .*leads"):
        exported(canary / "calltouch.duckdb", tmp_path, tables=("leads", "lead"))
    assert list(tmp_path.iterdir()) == []
