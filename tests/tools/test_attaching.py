"""DuckDB's own extension reads the file over HTTP, in ranges, while others are published."""

import json
import subprocess
import sys
from pathlib import Path

from dashboards.access.roles import Role
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.browsing import serving
from tests.dashboards.conftest import Place
from tests.dashboards.leads import some_months
from tests.dashboards.remote.test_remote import publish
from tests.tools.pages import ROOT

DUCKDB = ROOT / ".duckdb" / "1.5.5"
EXTENSION = (
    ROOT
    / ".duckdb"
    / "httpfs-1.5.5"
    / "duckdb_extension_httpfs"
    / "extensions"
    / "v1.5.5"
    / "httpfs.duckdb_extension"
)
ASKED = (
    "select count(*), count(distinct lead_id), sum(hash(leads))::varchar from calltouch.leads",
    "select count(*), sum(hash(deliveries))::varchar from calltouch.deliveries",
)


def test_the_file_is_attached_over_http(tmp_path: Path) -> None:
    """What is asked after twenty publications is answered out of the version that was attached."""
    place = Place(tmp_path)
    place.add(some_months())
    aside = tmp_path / "aside.duckdb"
    aside.write_bytes(place.published.read_bytes())
    _, token = bearer(place.access, Role.ANALYST)["Authorization"].split()
    app = place.app()
    with serving(app) as url:
        answers = asked_over_http(place, url, token)
    for shelf in app.extensions["remote"].shelves.values():
        shelf.close()
    assert answers == asked_here(aside)


def asked_over_http(place: Place, url: str, token: str) -> list[str]:
    command = [sys.executable, "tests/tools/attaching.py", url, token, str(EXTENSION)]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={"PYTHONPATH": str(DUCKDB)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as attached:
        assert attached.stdin is not None
        assert attached.stdout is not None
        assert attached.stdout.readline() == "attached\n"
        for _ in publish(place, 20):
            pass
        said, _ = attached.communicate("\n".join(ASKED) + "\n", timeout=60)
    assert attached.returncode == 0
    return said.splitlines()


def asked_here(file: Path) -> list[str]:
    """By the same DuckDB, for another one may hash otherwise."""
    code = (
        "import duckdb, json, sys\n"
        "db = duckdb.connect()\n"
        f"db.execute(\"attach '{file}' as calltouch (read_only)\")\n"
        "for line in sys.stdin: print(json.dumps(db.sql(line).fetchall(), default=str))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input="\n".join(ASKED) + "\n",
        env={"PYTHONPATH": str(DUCKDB)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    answers = done.stdout.splitlines()
    assert [json.loads(answer)[0][0] > 0 for answer in answers] == [True, True]
    return answers
