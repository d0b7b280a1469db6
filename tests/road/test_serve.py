"""The whole road with real processes: receive, keep, digest, publish, and all that can happen."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from receiver.data_dir import DataDir
from receiver.jobs.queue import JobQueue, JobState
from receiver.jobs.running import ask_for
from tests.faults.durability.clients import SABOTAGE
from tests.road.server import Server, serving, signed_in, start, wait_until

ROOT = Path(__file__).parents[2]
FORMS = [
    "call_start.DERIVED",
    "call_end.DERIVED",
    "request.DERIVED",
    "call_update_all_arrays.SYNTHETIC",
]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the tests that only send and look."""
    with serving(tmp_path_factory.mktemp("shared") / "data") as server:
        yield server


def form(number: int) -> bytes:
    return b"leadtype=call&id=%d&callerphone=79990001122" % number


def lead_ids(server: Server) -> list[int]:
    return [row[0] for row in server.ask("select lead_id from leads order by lead_id")]


def has_ended(place: DataDir, job_id: int) -> bool:
    with JobQueue(place.state) as queue:
        job = queue.job(job_id)
    assert job is not None
    return job.state is JobState.DONE


def test_recorded_payloads_by_post_and_get(tmp_path: Path, sample: Callable[[str], bytes]) -> None:
    with serving(tmp_path / "data") as server:
        for form_name in FORMS:
            body = sample(f"webhook_{form_name}.urlencoded.txt")
            assert server.send(body).text == "OK"
        settled = server.calltouch("settle", "--timeout", "60")
        assert settled.returncode == 0, settled.stderr
        leads = "select * exclude (first_received_at, last_received_at) from leads order by all"
        by_post = server.ask(leads)
        assert server.ask("select count(*) from lead_changes where delivery_id = 2") == [(10,)]
        assert server.ask("select count(*) from lead_changes where is_declared") == [(14,)]
        assert server.ask("select tag from lead_tags") == [("Отдел продаж",)]
        assert server.ask("select count(*) from lead_comments") == [(2,)]
        assert server.ask("select count(*) from call_phrases") == [(2,)]
        assert server.ask(
            "select ct_client_id, session_id from leads where lead_type = 'call'"
        ) == [("2500000000001234567", 10266000)]
    with serving(tmp_path / "data by get") as server:
        for form_name in FORMS:
            query = sample(f"webhook_{form_name}.urlencoded.txt").decode().strip()
            assert requests.get(f"{server.receiver}/webhook?{query}", timeout=30).text == "OK"
        for name in ("call_start", "call_end", "request"):
            body = sample(f"webhook_{name}.OBSERVED.json")
            assert server.send(body, "/webhook/as-json").status_code == 200
        server.settle()
        by_get = server.ask(leads)
        assert [row[:-1] for row in by_get] == [row[:-1] for row in by_post]
        assert server.ask("select distinct problems from deliveries") == [([],)]


def test_what_calltouch_is_answered(shared: Server) -> None:
    session = requests.Session()
    for method, path, status in (
        ("GET", "/webhook", 200),
        ("POST", "/webhook/crm", 200),
        ("HEAD", "/webhook", 200),
        ("PUT", "/webhook", 405),
        ("GET", "/nothing", 404),
        ("GET", "/webhook?text=" + "x" * 60_000, 200),
        ("GET", "/webhook?text=" + "x" * 70_000, 414),
    ):
        answer = session.request(method, shared.receiver + path, allow_redirects=False, timeout=30)
        assert answer.status_code == status, (method, path[:40])
    assert "Set-Cookie" not in answer.headers


def test_while_there_is_no_user_serve_prints_a_link_that_makes_one(shared: Server) -> None:
    (link,) = re.findall(r"^set up the first user: (\S+)$", shared.log, re.MULTILINE)
    assert link.startswith(f"{shared.dashboards}/set-up/")
    assert 'autocomplete="new-password"' in requests.get(link, timeout=30).text
    assert requests.get(link + "x", timeout=30).status_code == 404
    assert signed_in(shared.dashboards, shared.data_dir).get(link, timeout=30).status_code == 404


def test_a_body_over_the_limit_is_413_before_it_is_read(tmp_path: Path) -> None:
    with serving(tmp_path / "data", CALLTOUCH_MAX_BODY_BYTES="10000") as server:
        assert server.send(b"id=1&x=" + b"y" * 9000).status_code == 200
        assert server.send(b"id=1&x=" + b"y" * 20_000).status_code == 413
        chunks = iter([b"id=1&x=" + b"y" * 5000] * 4)
        answer = requests.post(server.receiver + "/webhook", data=chunks, timeout=30)
        assert answer.status_code == 413


def test_whatever_comes_is_answered_200_and_kept(shared: Server) -> None:
    bodies = [
        b"fio=\xcf\xf0\xe8\xe2\xe5\xf2&id=501",
        b"id=502&a=%zz%",
        b"id=503&n=\x00",
        b"&".join(b"k%d=v" % n for n in range(100_000)) + b"&id=504",
        b"id=505&comment[999999999][x]=1",
        b"id=506&a" + b"[0]" * 5000 + b"=1",
        b"id=not-a-number",
        b"id=507&calltime=never&timestamp=soon",
        b"id=508&text[0][phrase]=" + b"%D0%98" * 500_000,
        b'{"leadtype": "call", "id": 509}',
        b"\xff\xfe" * 1000,
        b"hello",
    ]
    shared.settle()
    ((before,),) = shared.ask("select max(delivery_id) from deliveries")
    for body in bodies:
        assert shared.send(body, "/webhook/odd").status_code == 200, body[:40]
    shared.settle()
    kept = shared.ask(
        "select outcome, problems from deliveries "
        f"where delivery_id > {before or 0} order by received_at, delivery_id"
    )
    for body, (outcome, problems) in zip(bodies, kept, strict=True):
        assert outcome in ("created", "quarantined"), body[:40]
        assert problems or b"id=50" in body or b'"id"' in body, body[:40]


def test_what_is_started_in_the_browser_is_run_and_nothing_stays_behind(shared: Server) -> None:
    place = DataDir(shared.data_dir)
    number = ask_for(place, "settings", ["config", "--json"], "anna")

    wait_until(lambda: has_ended(place, number), 60)
    wait_until(lambda: not shared.children("job run"), 60)
    assert not place.jobs_waiting.exists()


def test_metrics_count_across_processes_and_hold_nothing_personal(shared: Server) -> None:
    def accepted() -> float:
        text = requests.get(shared.dashboards + "/metrics", timeout=30).text
        assert "79990001122" not in text
        name = 'calltouch_deliveries_accepted_total{webhook="counted"} '
        found = [line for line in text.splitlines() if line.startswith(name)]
        return float(found[0].split()[-1]) if found else 0

    for n in range(40):
        shared.send(form(n), "/webhook/counted")
    assert accepted() == 40
    text = requests.get(shared.dashboards + "/metrics", timeout=30).text
    for name in ("inbox_commit_seconds_bucket", "publish_seconds_count", "last_delivery_id"):
        assert f"calltouch_{name}" in text


def test_two_readers_hold_the_file_open_while_it_is_written(tmp_path: Path) -> None:
    reopening = """
import duckdb, sys, time
path, newest, opened = sys.argv[1], 0, 0
while newest < 400:
    with duckdb.connect(path, read_only=True) as db:
        seen = db.execute("select count(*) from leads").fetchone()[0]
    assert seen >= newest
    newest, opened = seen, opened + 1
    time.sleep(0.01)
print(opened)
"""
    holding = """
import duckdb, os, sys, time
path, asked = sys.argv[1], 0
held = duckdb.connect(path, read_only=True)
first = held.execute("select count(*), max(lead_id) from leads").fetchone()
while not os.path.exists(path + ".done"):
    assert held.execute("select count(*), max(lead_id) from leads").fetchone() == first
    asked += 1
    time.sleep(0.01)
held.close()
with duckdb.connect(path, read_only=True) as db:
    assert db.execute("select count(*) from leads").fetchone()[0] == 400
print(asked)
"""
    with serving(tmp_path / "data", CALLTOUCH_PUBLISH_SECONDS="0.1") as server:
        path = server.data_dir / "calltouch.duckdb"
        wait_until(path.exists, 10)
        readers = [
            subprocess.Popen(
                [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True
            )
            for code in (reopening, holding)
        ]
        for n in range(400):
            assert server.send(form(n)).status_code == 200
        server.settle()
        Path(f"{path}.done").touch()
        for reader in readers:
            output, _ = reader.communicate(timeout=60)
            assert reader.returncode == 0
            assert int(output) > 2
        assert "lock" not in server.log.lower()


@pytest.mark.parametrize("victim", ["digest", "calltouch.receiver_app:load"])
def test_a_killed_process_comes_back_and_nothing_is_lost(tmp_path: Path, victim: str) -> None:
    accepted: list[int] = []
    with serving(tmp_path / "data") as server:
        sending = keep_sending(server, accepted)
        for _ in range(3):
            time.sleep(0.5)
            for pid in server.children(victim)[:1]:
                os.kill(pid, signal.SIGKILL)
        time.sleep(1.5)
        wait_until(lambda: len(accepted) > 100, 30)
        sending.set()
        wait_until(lambda: server.send(form(999_999)).status_code == 200, 20)
        server.settle()
        assert set(accepted) <= set(lead_ids(server))
        assert server.calltouch("rebuild", "--verify").returncode == 0


def test_a_reload_refuses_nothing_and_takes_new_settings(tmp_path: Path) -> None:
    (tmp_path / "calltouch.toml").write_text("")
    accepted: list[int] = []
    failures: list[str] = []
    config = str(tmp_path / "calltouch.toml")
    with serving(tmp_path / "data", CALLTOUCH_CONFIG=config) as server:
        sending = keep_sending(server, accepted, failures)
        for _ in range(3):
            time.sleep(1)
            server.process.send_signal(signal.SIGHUP)
        time.sleep(2)
        sending.set()
        (tmp_path / "calltouch.toml").write_text('[webhooks.crm]\nsecret = "s3cret"\n')
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: server.send(b"", "/webhook/crm").status_code == 403, 20)
        server.settle()
        assert failures == []
        assert set(accepted) <= set(lead_ids(server))


def test_sigterm_ends_it_in_order_with_everything_digested(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as server:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda n: server.send(form(n)).status_code, range(300)))
        assert answers == [200] * 300
        assert server.stop() == 0
        assert lead_ids(server) == list(range(300))
        assert list((server.data_dir / "inbox").glob("*.seg")) == []
        assert server.children("") == []
        stopped = [line for line in server.output if line.rstrip().endswith(" stopped")]
        # What makes the keyed file comes and goes.
        names = [name for line in stopped if (name := line.split()[-2]) != "keyed"]
        assert sorted(names) == ["alerts", "dashboards", "digest", "receiver"]
        assert names.index("receiver") < names.index("digest")


def test_killed_whole_and_started_again_nothing_is_lost(tmp_path: Path) -> None:
    accepted: list[int] = []
    for _ in range(3):
        with serving(tmp_path / "data") as server:
            sending = keep_sending(server, accepted)
            time.sleep(1)
            server.process.kill()
            server.process.wait()
            sending.set()
            # The kernel tells the children; the ports and the lock are free again at once.
            wait_until(lambda: server.children("") == [], 15)
    place = DataDir(server.data_dir)
    number = ask_for(place, "settings", ["config", "--json"], "anna")
    # As if the runner had seen it, and been killed before it began.
    place.jobs_waiting.unlink()
    with serving(tmp_path / "data") as server:
        wait_until(lambda: has_ended(place, number), 60)
        server.settle()
        assert set(accepted) <= set(lead_ids(server))
        assert server.calltouch("rebuild", "--verify").returncode == 0


def test_a_second_digest_says_who_runs_and_ends(shared: Server) -> None:
    second = shared.calltouch("digest")
    assert second.returncode == 1
    assert "is being digested by process" in second.stderr


def test_a_second_serve_says_who_runs_and_touches_nothing(shared: Server) -> None:
    for n in range(5):
        shared.send(form(n), "/webhook/twice")
    second = shared.calltouch("serve", "--port", "0", "--dashboards-port", "0")
    assert second.returncode == 1
    assert f"is being served by process {shared.process.pid} (" in second.stderr
    assert "receiver: http" not in second.stdout
    text = requests.get(shared.dashboards + "/metrics", timeout=30).text
    assert 'calltouch_deliveries_accepted_total{webhook="twice"} 5.0' in text


def test_health_and_metrics_answer_while_slow_pages_are_asked(tmp_path: Path) -> None:
    slow = {"PYTHONPATH": f"{SABOTAGE}:{ROOT}", "SABOTAGE": "slow_pages"}
    with serving(tmp_path / "data", **slow) as server:
        reader = signed_in(server.dashboards, server.data_dir)
        with ThreadPoolExecutor(50) as pool:
            pages = [
                pool.submit(reader.get, f"{server.dashboards}/", timeout=60) for _ in range(50)
            ]
            time.sleep(0.5)
            for path in ("/healthz", "/readyz", "/metrics", "/healthz?probe=1"):
                assert requests.get(server.dashboards + path, timeout=3).status_code == 200
            assert sum(page.done() for page in pages) < 50
            began = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - began < 15
            assert server.children("") == []


def test_a_damaged_state_is_said_and_the_receiver_goes_on(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "state.sqlite").write_bytes(b"no database at all, but long enough " * 200)
    with serving(data_dir) as server:
        assert server.send(form(1)).status_code == 200
        server.settle()
        assert lead_ids(server) == [1]
        page = requests.get(server.dashboards, timeout=30)
        assert page.status_code == 503
        assert "calltouch doctor" in page.text
        wait_until(
            lambda: "set up the first user" in server.log or "nobody can sign in" in server.log, 9
        )
        assert "state.sqlite is damaged (file is not a database)" in server.log
        assert f"mv {data_dir}/state.sqlite" in server.log
        for command in (("user", "list"), ("doctor",)):
            told = server.calltouch(*command)
            assert told.returncode == 1
            assert "is damaged" in told.stdout + told.stderr
            assert "Traceback" not in told.stderr


def test_a_busy_port_is_said_plainly(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "calltouch.cli", "serve", "--port", port],
            env={**os.environ, "CALLTOUCH_DATA_DIR": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert done.returncode == 1
    assert "cannot listen" in done.stderr


def test_settle_without_a_running_digest_does_the_work(tmp_path: Path) -> None:
    server = start(tmp_path / "data")
    wait_until(lambda: reachable(server), 20)
    server.process.kill()
    server.process.wait()
    wait_until(lambda: server.children("") == [], 15)
    assert server.calltouch("settle").returncode == 0
    assert server.ask("select count(*) from leads") == [(1,)]


def test_a_rebuild_beside_a_working_server_is_taken_over(tmp_path: Path) -> None:
    accepted: list[int] = []
    with serving(tmp_path / "data") as server:
        for n in range(50):
            server.send(form(n))
        server.settle()
        sending = keep_sending(server, accepted)
        done = server.calltouch("rebuild")
        assert done.returncode == 0, done.stderr
        time.sleep(0.5)
        sending.set()
        server.settle()
        assert "taking over the rebuilt store" in server.log
        assert set(accepted) <= set(lead_ids(server))
        assert server.calltouch("rebuild", "--verify").returncode == 0


def test_the_log_holds_nothing_personal(tmp_path: Path) -> None:
    secrets = ["79997776655", "anna@example.com", "jwtkey=eyJ0", "s3cret", "Анна"]
    body = "id=1&callerphone=79997776655&email=anna@example.com&fio=Анна&reclink=jwtkey=eyJ0"
    with serving(tmp_path / "data", CALLTOUCH_WEBHOOK_SECRET="s3cret") as server:
        server.send(body.encode(), "/webhook?secret=s3cret")
        server.send(body.encode(), "/webhook?secret=wrong")
        host, port = server.receiver.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as raw:
            raw.sendall(b"GET /webhook?callerphone=79997776655 s3cret HTTP/9.9\r\n\r\n")
            raw.recv(1000)
        server.settle()
        assert server.calltouch("config").stdout.count("s3cret") == 0
        server.stop()
        assert not any(secret in server.log for secret in secrets), server.log


def reachable(server: Server) -> bool:
    try:
        return server.send(form(1)).status_code == 200
    except requests.RequestException:
        return False


def keep_sending(
    server: Server, accepted: list[int], failures: list[str] | None = None
) -> threading.Event:
    """Send leads with new ids until told to stop; ids that were answered 200 are in `accepted`.

    Some hundred a second: more would only keep the processes from what is looked at.
    """
    stop = threading.Event()
    numbers = iter(range(len(accepted) + 1000, 10**9))

    def send() -> None:
        while not stop.wait(0.01):
            number = next(numbers)
            try:
                answer = server.send(form(number))
            except requests.RequestException as error:
                if failures is not None:
                    failures.append(repr(error))
                continue
            if answer.status_code == 200:
                accepted.append(number)
            elif failures is not None:
                failures.append(str(answer.status_code))

    for _ in range(3):
        threading.Thread(target=send, daemon=True).start()
    return stop
