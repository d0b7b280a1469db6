"""A directory as a data team has it, whose published file is replaced all the time."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.dashboards.conftest import Place
from tests.jobs.world import make_place
from tests.made_once import made_once
from tests.tools.pages import ROOT, Block

TOOLS = ROOT / ".venv-tools" / "bin"


@dataclass(frozen=True, slots=True)
class Desk:
    """Of somebody who follows a page: `directory` has `data/calltouch.duckdb`."""

    directory: Path
    published: Path

    def run(self, block: Block) -> str:
        """What it prints."""
        command = {"sh": ["bash", "-euc"], "python": [f"{TOOLS}/python", "-c"]}[block.language]
        environ = {
            "PATH": f"{TOOLS}:{os.environ['PATH']}",
            "HOME": str(self.directory),
            "PROJECT": str(ROOT),
            "TERM": "xterm-256color",
        }
        done = subprocess.run(
            [*command, block.text],
            cwd=self.directory,
            env=environ,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with duckdb.connect(str(self.published), read_only=True) as db:
            return db.sql(sql).fetchall()


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Place(made_once(tmp_path_factory, "jobs", make_place))
    directory = tmp_path_factory.mktemp("desk")
    (directory / "data").mkdir()
    store = directory / "store.duckdb"
    shutil.copy(made.directory / "store.duckdb", store)
    published = directory / "data" / "calltouch.duckdb"
    command = [sys.executable, "-m", "tests.tools.publishing", str(store), str(published)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as publishing:
        assert publishing.stdout is not None
        assert publishing.stdout.readline() == "published\n"
        yield Desk(directory, published)
        assert publishing.poll() is None, "it went on all the time"
        publishing.terminate()
