"""What a newcomer sees of `calltouch demo`."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import duckdb

from tests.road.demo import OTHERS, demo, look_at_the_pages
from tests.road.server import wait_until

# Of the demo's twelve forms one has no phone.
_PASSED_ON = 11


def test_the_demo_shows_two_years_of_leads(tmp_path: Path) -> None:
    path = str(tmp_path / "data-demo" / "calltouch.duckdb")
    with demo(tmp_path, OTHERS) as (process, told):
        wait_until(lambda: attributions_passed_on(path) == 2 * _PASSED_ON, 60)
        look_at_the_pages(told)
        check_the_years(path, leads_in(told))
        check_the_flow(path)
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


def leads_in(told: list[str]) -> int:
    """Those that had happened when it was started; a few of the hundred may be still to come."""
    (line,) = (line for line in told if "webhooks about" in line)
    leads = int(line.partition("about ")[2].split()[0])
    assert 90 < leads <= 100
    return leads
