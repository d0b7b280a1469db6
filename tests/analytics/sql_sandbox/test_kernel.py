"""What the kernel refuses alone: DuckDB is not told to hold back anything.

A limit of descriptors stops nobody from making or removing directories; DuckDB's own lock does.
"""

import subprocess
import sys
from pathlib import Path

from tests.analytics.sql_sandbox.keyed_file import make_keyed_file

PROGRAM = """
import socket, subprocess, sys
import duckdb
from analytics.sql_sandbox.kernel import give_up
path, place = sys.argv[1:]
db = duckdb.connect(path, read_only=True)
db.execute("select 1").fetchall()
give_up(2 << 30, 60)
tries = [
    "select content from read_text('/etc/passwd')",
    "select * from read_csv('/etc/hostname')",
    f"copy (select 1) to '{place}/out.csv'",
    f"attach '{place}/other.duckdb' as x",
    "install httpfs",
    f"load '{place}/x.so'",
]
for sql in tries:
    try:
        db.execute(sql).fetchall()
    except duckdb.Error:
        continue
    print("DONE", sql)
for opened in (lambda: open("/etc/passwd"), socket.socket, lambda: subprocess.run(["true"])):
    try:
        opened()
    except OSError:
        continue
    print("OPENED", opened)
print(db.execute("select count(*) from leads").fetchall())
"""


def test_the_kernel_alone_refuses_files_sockets_and_programs(tmp_path: Path) -> None:
    path = make_keyed_file(tmp_path / "k.duckdb")
    command = [sys.executable, "-c", PROGRAM, str(path), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "[(1000,)]\n"
    assert {entry.name for entry in tmp_path.iterdir()} == {"k.duckdb"}


def test_it_is_the_first_to_go_where_memory_runs_out() -> None:
    program = (
        "from analytics.sql_sandbox.kernel import first_out_of_memory as first\n"
        "first(); print(open('/proc/self/oom_score_adj').read().strip())"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "1000\n"
