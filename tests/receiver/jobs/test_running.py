"""Jobs: real commands, one after the other, that report, stop, and survive a killed runner."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from receiver.data_dir import DataDir
from receiver.jobs import running
from receiver.jobs.queue import Job, JobQueue, JobState
from receiver.jobs.running import DOCUMENT, ask_for, call_runner, run_jobs
from receiver.process_lock import LockHeld, hold

SLOWLY = """
import os, sys, time
fd = int(os.environ["JOB_PROGRESS_FD"])
os.write(fd, b"1 4\\n")
print("begun", file=sys.stderr, flush=True)
time.sleep(60)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataDir:
    place = DataDir(tmp_path / "data")
    (place.root / "archive").mkdir(parents=True)
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(place.root))
    return place


def job(place: DataDir, job_id: int) -> Job:
    with JobQueue(place.state) as queue:
        found = queue.job(job_id)
    assert found is not None
    return found


def instead(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Run a program of the test's own where a command would be run."""
    monkeypatch.setattr(running, "COMMAND", (sys.executable, "-c", program))


def wait_for(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, "waited in vain"
        time.sleep(0.02)


def test_commands_are_run_in_turn_and_what_they_say_is_kept(place: DataDir) -> None:
    fine = ask_for(place, "settings", ["config", "--json"], "anna")
    wrong = ask_for(place, "backup", ["backup", "--json"], "anna")
    assert job(place, fine).state is JobState.WAITING
    assert place.jobs_waiting.exists()
    run_jobs(place, threading.Event())
    assert not place.jobs_waiting.exists()
    done, failed = job(place, fine), job(place, wrong)
    assert (done.state, done.exit_code) == (JobState.DONE, 0)
    assert '"setting": "data_dir"' in done.output
    assert done.began_at and done.ended_at and failed.began_at and done.ended_at <= failed.began_at
    assert failed.state is JobState.FAILED
    assert "set CALLTOUCH_BACKUP_TO" in failed.errors


def test_progress_is_that_of_the_command(place: DataDir, tmp_path: Path) -> None:
    number = ask_for(place, "backup", ["backup", "--to", str(tmp_path / "to"), "--json"], "anna")
    run_jobs(place, threading.Event())
    ended = job(place, number)
    assert ended.state is JobState.DONE
    assert ended.total > 0
    assert ended.done == ended.total


def test_the_page_that_a_command_writes_is_kept(
    place: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = (
        "import os, sys; print(os.environ['JOB_ASKED_BY'])\n"
        "open(sys.argv[1], 'w').write('<p>ы'); sys.exit(3)"
    )
    instead(monkeypatch, program)
    number = ask_for(place, "certificate", [DOCUMENT], "anna")
    run_jobs(place, threading.Event())
    assert job(place, number).document == "<p>ы"
    assert job(place, number).state is JobState.DIFFERENCES
    assert job(place, number).output == "anna\n", "the command knows for whom it works"


def test_a_job_is_stopped_as_ctrl_c_would(place: DataDir, monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, SLOWLY)
    first, second = (ask_for(place, "resync", ["resync"], "anna") for _ in range(2))
    runner = threading.Thread(target=run_jobs, args=(place, threading.Event()))
    runner.start()
    wait_for(lambda: job(place, first).total == 4)
    assert job(place, first).state is JobState.RUNNING
    with JobQueue(place.state) as queue:
        assert queue.ask_to_stop(second)
        assert queue.ask_to_stop(first)
        assert not queue.ask_to_stop(second), "it has ended"
    runner.join(30)
    stopped = job(place, first)
    assert (stopped.state, stopped.exit_code) == (JobState.STOPPED, -signal.SIGTERM)
    assert (stopped.done, stopped.errors) == (1, "begun\n")
    assert (job(place, second).state, job(place, second).began_at) == (JobState.STOPPED, None)


def test_whoever_stops_the_runner_interrupts_its_job(
    place: DataDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    instead(monkeypatch, SLOWLY)
    first, second = (ask_for(place, "resync", ["resync"], "anna") for _ in range(2))
    stop = threading.Event()
    runner = threading.Thread(target=run_jobs, args=(place, stop))
    runner.start()
    wait_for(lambda: job(place, first).total == 4)
    stop.set()
    runner.join(30)
    assert job(place, first).state is JobState.INTERRUPTED
    assert job(place, second).state is JobState.WAITING
    call_runner(place)
    assert place.jobs_waiting.exists(), "the next `serve` goes on with it"


def test_after_a_killed_runner_its_job_is_known_as_interrupted(place: DataDir) -> None:
    number = ask_for(place, "resync", ["resync"], "anna")
    program = (
        "import os, threading\nfrom pathlib import Path\nfrom receiver.data_dir import DataDir\n"
        "from receiver.jobs import running\n"
        "running._follow = lambda *given: (print(given[2].pid, flush=True),"
        " threading.Event().wait())\n"
        f"running.run_jobs(DataDir(Path({str(place.root)!r})), threading.Event())\n"
    )
    runner = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert runner.stdout is not None
    command = int(runner.stdout.readline())
    runner.kill()
    runner.wait()
    runner.stdout.close()
    wait_for(lambda: not _is_running(command))
    assert job(place, number).state is JobState.RUNNING
    run_jobs(place, threading.Event())
    assert job(place, number).state is JobState.INTERRUPTED


def test_there_is_one_runner_at_a_time(place: DataDir) -> None:
    with hold(place.jobs_lock), pytest.raises(LockHeld):
        run_jobs(place, threading.Event())


def test_old_jobs_are_forgotten_and_waiting_ones_never(place: DataDir) -> None:
    waiting = ask_for(place, "backup", ["backup"], "anna")
    with JobQueue(place.state) as queue:
        for _ in range(250):
            queue.end(queue.add("backup", ["backup"], "anna"), 0, "{}", "", None)
        queue.add("backup", ["backup"], "anna")
        kept = [job.job_id for job in queue.newest(1_000)]
    assert len(kept) == 201
    assert kept[-1] == waiting


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1][:3]
