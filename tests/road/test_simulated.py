"""A simulated Calltouch over real HTTP: what it sends is what the store holds."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from itertools import takewhile
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import duckdb
import requests

from tests.faults.rounds import rounds
from tests.road.server import serving, wait_until

LEADS = rounds(700, 10_000)
# Of the demo's twelve forms one has no phone.
_PASSED_ON = 11


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


def test_the_demo_shows_two_years_of_leads(tmp_path: Path) -> None:
    """Twice, the second time over what the first left and where a port is taken."""
    environ = {name: text for name, text in os.environ.items() if name[:10] != "CALLTOUCH_"}
    path = str(tmp_path / "data-demo" / "calltouch.duckdb")
    with demo(tmp_path, environ) as (process, told):
        wait_until(lambda: attributions_passed_on(path) == 2 * _PASSED_ON, 60)
        look_at_the_pages(told)
        check_the_years(path, leads_in(told))
        check_the_flow(path)
    assert process.returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environ |= {
            "CALLTOUCH_DASHBOARDS_PORT": str(port),
            "CALLTOUCH_TIMEZONE": "not for the demo",
        }
        with demo(tmp_path, environ) as (process, told):
            assert f"Port {port} is taken: the dashboards will be on " in told[0]
            assert f" {urlsplit(link_in(told)).port} " in told[0]
            look_at_the_pages(told)
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


def attributions_passed_on(published: str) -> int:
    """How many of both webhooks have come back about the flow's requests."""
    with duckdb.connect(published, read_only=True) as db:
        query = """select count(*) from leads join lead_attributions using (lead_type, lead_id)
            where request_number like 'tilda-%'"""
        (count,) = db.execute(query).fetchall()[0]
    return int(count)


def check_the_years(published: str, leads: int) -> None:
    """Every delivery of the past was received when it was sent, and the lost call is there."""
    with duckdb.connect(published, read_only=True) as db:
        query = "select count(*), count(caller_phone), count(distinct day) from leads"
        row = db.execute(query).fetchone()
        models = db.execute("select count(*) from lead_attributions").fetchone()
        methods = db.execute("select distinct method from deliveries order by 1").fetchall()
        delays = db.execute(
            "select max(received_at - sent_at), max(received_at) - min(received_at) "
            "from deliveries where origin = 'webhook'"
        ).fetchone()
        healed = db.execute(
            "select count(*) from leads join deliveries using (lead_type, lead_id) "
            "group by lead_type, lead_id having bool_and(origin = 'api')"
        ).fetchall()
        lost = db.execute("select sum(lost), sum(only_api) from reconciliation").fetchone()
    # And those that the flow made of forms.
    assert row is not None
    assert row[0] == leads + _PASSED_ON
    # The webhook calls it client_phone; the settings undo that. Some forms leave none.
    assert row[1] > 75
    assert row[2] > 60
    assert models == (2 * (leads + _PASSED_ON),)
    assert methods == [("GET",), ("POST",)]
    assert delays is not None
    assert delays[0] < timedelta(minutes=2) < timedelta(days=600) < delays[1]
    assert len(healed) == 1
    assert lost == (0, 1)


def check_the_flow(published: str) -> None:
    """Each form came in, the first of them twice; Calltouch's webhooks brought them back."""
    with duckdb.connect(published, read_only=True) as db:
        ended = db.execute(
            "select state, reason, count(*), sum(times_received) from flow_operations "
            "group by all order by state"
        ).fetchall()
        told = "select count(session_id) from leads where request_number like 'tilda-%'"
        assert db.execute(told).fetchone() == (_PASSED_ON,)
    assert ended == [
        ("done", None, _PASSED_ON, _PASSED_ON + 1),
        ("failed", "bad-phone", 1, 1),
        ("skipped", "filter", 1, 1),
    ]


@contextmanager
def demo(
    directory: Path, environ: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """`calltouch demo` and what it says until all is there; ended by Ctrl-C."""
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
    told = list(takewhile(lambda line: "Ctrl-C" not in line, process.stdout))
    try:
        yield process, told
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def leads_in(told: list[str]) -> int:
    """Those that had happened when it was started; a few of the hundred may be still to come."""
    (line,) = (line for line in told if "webhooks about" in line)
    leads = int(line.partition("about ")[2].split()[0])
    assert 90 < leads <= 100
    return leads


def look_at_the_pages(told: list[str]) -> None:
    """The link signs in, and what is worth a look is there."""
    page = link_in(told)
    with requests.Session() as session:
        text = session.get(page, headers={"Accept-Language": "en"}, timeout=30).text
        assert "leads-over-time" in text
        paths = [line.split()[0] for line in told if line.startswith("  /")]
        assert "/deliveries" in paths
        for path in paths:
            assert session.get(urljoin(page, path), timeout=30).status_code == 200, path


def link_in(told: list[str]) -> str:
    """The one link."""
    (link,) = (word for line in told for word in line.split() if word.startswith("http"))
    return link
