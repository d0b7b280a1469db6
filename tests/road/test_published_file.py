"""The published file opens in every DuckDB that data teams may have: `make test` fetches each."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from tests.receiver.deliveries import call, delivery, put

VERSIONS = ("1.1.3", "1.5.5", "2.0.0")
WHEELS = Path(__file__).parents[2] / ".duckdb"

QUESTIONS = """
import duckdb, sys
assert duckdb.__version__ == sys.argv[2], duckdb.__version__
db = duckdb.connect(sys.argv[1], read_only=True)
tables = [row[0] for row in db.execute(
    "select table_name from information_schema.tables where table_schema = 'main' order by 1"
).fetchall()]
for table in tables:
    db.execute(f"select count(*), max(t::varchar) from {table} as t").fetchall()
print(len(tables))
print(db.execute('''
    select lead_id, lead_attributions.source, min(tag), count(distinct lead_changes.field)
    from leads
    join lead_attributions using (lead_type, lead_id)
    left join lead_tags using (lead_type, lead_id)
    left join lead_changes using (lead_type, lead_id)
    group by all order by 1
''').fetchall())
print(db.execute("select count(*) from suspected_gaps").fetchone()[0])
comment = "select comment from duckdb_tables() where table_name = 'leads'"
print(db.execute(comment).fetchone()[0][:4])
"""


@pytest.fixture
def published(settings: Settings, sample: Callable[[str], bytes]) -> Path:
    names = ("call_start.DERIVED", "call_end.DERIVED", "call_update_all_arrays.SYNTHETIC")
    put(settings, [delivery(sample(f"webhook_{name}.urlencoded.txt")) for name in names])
    # Rows that were deleted and written again leave other traces in a file than new ones.
    for round_ in range(5):
        put(settings, [call(n, sent=1700000000 + round_, status=str(round_)) for n in range(500)])
        Digest(settings).finish()
    return DataDir(settings.data_dir).published


@pytest.mark.parametrize("version", VERSIONS)
def test_it_opens_and_answers(published: Path, version: str) -> None:
    wheel = WHEELS / version
    assert wheel.exists(), f"`make .duckdb/{version}` installs that version"
    done = subprocess.run(
        [sys.executable, "-S", "-c", QUESTIONS, str(published), version],
        env={"PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    tables, joined, gaps, comment = done.stdout.splitlines()
    assert int(tables) == 27
    assert "148000, '(direct)', 'Отдел продаж', 16" in joined
    assert (int(gaps), comment) == (1, "Лиды")
