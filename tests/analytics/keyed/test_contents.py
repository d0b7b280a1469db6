"""A store full of planted contacts has none of them in its keyed file, and the same numbers."""

import hmac
from pathlib import Path

import pytest

from analytics.keyed.making import make_keyed_file
from analytics.published_file import PublishedFile
from tests.analytics.keyed.files import KEY, columns_of, contents_of, keyed_canary, rows_in
from tests.byte_search import Sought, search_directory
from tests.dashboards.planted import (
    ADDRESS,
    EMAIL,
    FOREIGN_PHONE,
    FORMER_NAME,
    FORMER_PHONE,
    IDENTIFIERS,
    NAME,
    PHONE,
    STAFF,
    secrets_in,
)

NUMBERS = (
    "select day, source, lead_type, count(*), count(is_spam) from leads group by all order by all",
    "select count(distinct person), count(person) from leads",
    "select a.lead_type, count(*) from leads as a "
    "join leads as b using (person) group by 1 order by 1",
    "select attribution_model, count(*) from lead_attributions group by all order by all",
    "select outcome, is_late, count(*) from deliveries group by all order by all",
    "select webhook, reason, count(*) from suspected_gaps group by all order by all",
    "select count(*), count(recovered_at) from missed_calls",
    "select tag_category, count(*) from lead_tags group by all order by all",
    "select state, count(*), sum(attempts) from flow_operations group by all order by all",
)
SOUGHT = Sought(
    (PHONE, FORMER_PHONE, FOREIGN_PHONE),
    (EMAIL,),
    (NAME, FORMER_NAME, "Канарейкина Жанна"),
    (*IDENTIFIERS.values(), ADDRESS),
)


@pytest.fixture(scope="module")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keyed_canary(tmp_path_factory)


def test_nothing_planted_can_be_read(canary: Path) -> None:
    for table, rows in contents_of(canary / "keyed.duckdb").items():
        assert secrets_in("\n".join(str(row) for row in rows)) == set(), table


def test_nothing_planted_is_in_its_bytes(canary: Path, tmp_path: Path) -> None:
    (tmp_path / "keyed.duckdb").write_bytes((canary / "keyed.duckdb").read_bytes())
    assert search_directory(tmp_path, SOUGHT) == []


def test_what_is_looked_for_can_be_found(canary: Path) -> None:
    found = str(contents_of(canary / "calltouch.duckdb"))
    assert secrets_in(found) >= {"канарейкин", "жанн", "zhanna", "158.134.77"}


def test_numbers_are_those_of_the_published_file(canary: Path) -> None:
    for sql in NUMBERS:
        published = rows_in(canary / "calltouch.duckdb", sql)
        if "source" not in sql:
            assert published == rows_in(canary / "keyed.duckdb", sql), sql
    for table in ("leads", "lead_attributions", "lead_changes", "deliveries", "lead_tags"):
        counted = f"select count(*) from {table}"
        assert rows_in(canary / "keyed.duckdb", counted) == rows_in(
            canary / "calltouch.duckdb", counted
        )


def test_what_is_no_persons_stays(canary: Path) -> None:
    managers = rows_in(canary / "keyed.duckdb", "select distinct manager from leads")
    assert (STAFF,) in managers
    place = rows_in(canary / "keyed.duckdb", "select max(url) from leads where url <> ''")
    assert place[0][0].startswith("https://site.example/")
    for name in ("url", "ref", "request_url"):
        asked = f"select count(*) from leads where contains({name}, '?')"
        assert rows_in(canary / "keyed.duckdb", asked) == [(0,)]


def test_a_key_is_an_hmac_of_the_value(canary: Path) -> None:
    own = hmac.digest(KEY, b"keyed file:phone", "sha256")
    wanted = hmac.new(own, PHONE.encode(), "sha256").hexdigest()[:24]
    found = rows_in(canary / "keyed.duckdb", "select distinct phone_key from leads order by all")
    assert (wanted,) in found
    ((person,),) = rows_in(
        canary / "calltouch.duckdb",
        f"select distinct person from leads where canonical_phone = '{PHONE}'",
    )
    own = hmac.digest(KEY, b"keyed file:person", "sha256")
    digest = hmac.digest(own, str(person).encode(), "sha256")
    key = int.from_bytes(digest[:8], "big") - (1 << 63)
    assert rows_in(
        canary / "keyed.duckdb",
        f"select distinct person from leads where phone_key = '{wanted}'",
    ) == [(key,)]


def test_the_same_key_gives_the_same_file_and_another_one_other_keys(
    canary: Path, tmp_path: Path
) -> None:
    before = contents_of(canary / "keyed.duckdb", but=("freshness",))
    again, other = tmp_path / "again.duckdb", tmp_path / "other.duckdb"
    make_keyed_file(PublishedFile(canary / "calltouch.duckdb"), again, KEY)
    assert contents_of(again, but=("freshness",)) == before
    make_keyed_file(PublishedFile(canary / "calltouch.duckdb"), other, KEY[::-1])
    assert keys_of(other) & keys_of(again) <= {None, ""}


def keys_of(path: Path) -> set[object]:
    keys = "person, phone_key, email_key, ct_caller_id, ct_client_id, ct_global_id, gcid"
    rows = rows_in(path, f"select distinct {keys}, ya_client_id, session_id from leads")
    return {one for row in rows for one in row}


def test_everything_is_described(canary: Path) -> None:
    silent = rows_in(
        canary / "keyed.duckdb",
        "select table_name, column_name from duckdb_columns() where database_name = 'file' "
        "and (comment is null or not contains(comment, ' | '))",
    )
    assert silent == []
    assert rows_in(
        canary / "keyed.duckdb", "select count(*) from duckdb_tables() where comment is null"
    ) == [(0,)]
    ((said,),) = rows_in(
        canary / "keyed.duckdb",
        "select comment from duckdb_columns() "
        "where table_name = 'calls' and column_name = 'person'",
    )
    assert "HMAC" in said
    assert "phone_key" in columns_of(canary / "keyed.duckdb")["requests"]
    assert "caller_phone" not in columns_of(canary / "keyed.duckdb")["calls"]
    assert rows_in(canary / "keyed.duckdb", "select keyed_at >= published_at from freshness") == [
        (True,)
    ]
