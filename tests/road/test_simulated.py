"""A simulated Calltouch over real HTTP: what it sends is what the store holds."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import duckdb
import requests

from tests.faults.rounds import rounds
from tests.road.server import serving

LEADS = rounds(700, 10_000)


def test_a_world_of_leads_repeated_and_out_of_order(tmp_path: Path) -> None:
    """Ten thousand of them by `make faults`, which runs this file too."""
    with serving(tmp_path / "data") as server:
        sent = server.calltouch(
            *("simulate", "--json", "--url", f"{server.receiver}/webhook"),
            *("--leads", str(LEADS), "--models", "1", "--duplicates", "0.2", "--reorder", "0.2"),
            timeout=400,
        )
        assert sent.returncode == 0, sent.stderr
        told = json.loads(sent.stdout)
        assert told["accepted"] == told["sent"] > 3 * LEADS
        server.settle()
        assert server.ask("select count(*) from leads") == [(LEADS,)]
        assert server.ask("select count(*) from deliveries") == [(told["sent"],)]
        assert server.ask("select count(*) from deliveries where len(problems) > 0") == [(0,)]
        # Nothing was lost, so nothing may look as if it had been.
        assert server.ask("select count(*) from delivery_gaps") == [(0,)]
        late = server.ask("select count(*) filter (is_late) / count(*) from deliveries")[0][0]
        assert late > 0.02
        verified = server.calltouch("rebuild", "--verify", timeout=400)
        assert verified.returncode == 0, verified.stdout


def test_the_demo_shows_a_month_of_leads(tmp_path: Path) -> None:
    """Twice, the second time over what the first left."""
    environ = {name: text for name, text in os.environ.items() if name[:10] != "CALLTOUCH_"}
    for _ in range(2):
        with demo(tmp_path, environ) as (process, page):
            text = requests.get(page, headers={"Accept-Language": "en"}, timeout=30).text
            assert "leads-over-time" in text
            path = str(tmp_path / "data-demo" / "calltouch.duckdb")
            with duckdb.connect(path, read_only=True) as db:
                query = "select count(*), count(caller_phone), max(attribution_model) from leads"
                row = db.execute(query).fetchone()
                models = db.execute("select count(*) from lead_attributions").fetchone()
                methods = db.execute("select distinct method from deliveries order by 1").fetchall()
            assert row is not None
            assert row[0] == 100
            # The webhook calls it client_phone; the settings undo that. Some forms leave none.
            assert row[1] > 75
            assert models == (200,)
            assert methods == [("GET",), ("POST",)]
        assert process.returncode == 0


def test_the_demo_does_not_touch_what_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "data-demo").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "calltouch.cli", "demo"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert "move it away" in done.stderr


@contextmanager
def demo(directory: Path, environ: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`calltouch demo` up to where it names the page; ended by Ctrl-C."""
    process = subprocess.Popen(
        [sys.executable, "-m", "calltouch.cli", "demo", "--leads", "100"],
        cwd=directory,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
        # What a shell starts in the background ignores Ctrl-C, and so would all that it starts.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    pages = (line.split()[-1] for line in process.stdout if line.startswith("The leads:"))
    try:
        yield process, next(pages)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
