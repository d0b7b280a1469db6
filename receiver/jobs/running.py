"""Runs the jobs that wait, one after the other, until there are none.

A job is a process of its own, with its progress on a pipe; asked to stop, it gets what Ctrl-C
sends. When the runner is killed, the kernel signals the job, too, and the next runner notes that
it was interrupted: resync goes on where it stood when it is asked for again, the others begin anew.
"""

import logging
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from receiver.data_dir import DataDir
from receiver.jobs.progress import ASKED_BY, PROGRESS_FD, last_progress
from receiver.jobs.queue import Job, JobQueue
from receiver.process_lock import hold
from receiver.processes import die_with_parent

log = logging.getLogger(__name__)

DOCUMENT = "{document}"
"""Stands in the arguments for the file that the command writes."""

COMMAND = (sys.executable, "-m", "calltouch.cli")

_POLL_SECONDS = 0.5
_OUTPUT_BYTES, _ERROR_BYTES = 4 << 20, 16 << 10


def ask_for(place: DataDir, kind: str, arguments: Sequence[str], asked_by: str) -> int:
    """The id of the new job. `serve` sees the file and starts the runner."""
    with JobQueue(place.state) as queue:
        job_id = queue.add(kind, arguments, asked_by)
    place.jobs_waiting.touch(mode=0o600)
    return job_id


def call_runner(place: DataDir) -> None:
    """For jobs that waited while nothing ran."""
    if not place.state.exists():
        return
    with JobQueue(place.state) as queue:
        if queue.has_waiting():
            place.jobs_waiting.touch(mode=0o600)


def run_jobs(place: DataDir, stop: threading.Event) -> None:
    """Until none waits. Raises `LockHeld` when another runner is at work."""
    with hold(place.jobs_lock), JobQueue(place.state) as queue:
        # Whoever asks from now on makes it anew, and gets another runner.
        place.jobs_waiting.unlink(missing_ok=True)
        if abandoned := queue.end_abandoned():
            log.warning("%d jobs were interrupted", abandoned)
        while not stop.is_set() and (job := queue.begin_next()) is not None:
            _run(queue, job, stop)


def _run(queue: JobQueue, job: Job, stop: threading.Event) -> None:
    log.info("job %d: %s", job.job_id, job.kind)
    with tempfile.TemporaryDirectory(prefix="calltouch-job-") as directory:
        document = Path(directory) / "document.html"
        arguments = [one.replace(DOCUMENT, str(document)) for one in job.arguments]
        output, errors = Path(directory) / "output", Path(directory) / "errors"
        with output.open("wb") as out, errors.open("wb") as err:
            code = _wait(queue, job, arguments, (out.fileno(), err.fileno()), stop)
        queue.end(
            job.job_id,
            # Who stops the runner has not asked for the job to be stopped.
            None if stop.is_set() and code != 0 else code,
            _end_of(output, _OUTPUT_BYTES),
            _end_of(errors, _ERROR_BYTES),
            document.read_text(encoding="utf-8") if document.exists() else None,
        )
    log.info("job %d ended with %s", job.job_id, code)


def _wait(
    queue: JobQueue,
    job: Job,
    arguments: Sequence[str],
    files: tuple[int, int],
    stop: threading.Event,
) -> int:
    """The exit code."""
    reading, writing = os.pipe()
    try:
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            env=_environment(job, os.environ, writing),
            stdin=subprocess.DEVNULL,
            stdout=files[0],
            stderr=files[1],
            pass_fds=(writing,),
            preexec_fn=partial(die_with_parent, signal.SIGTERM, os.getpid()),
        )
        os.close(writing)
        _follow(queue, job, process, reading, stop)
        return process.wait()
    finally:
        os.close(reading)


def _follow(
    queue: JobQueue,
    job: Job,
    process: "subprocess.Popen[bytes]",
    reading: int,
    stop: threading.Event,
) -> None:
    """Until the process has ended; notes its progress and passes on that it is to stop."""
    poll, text, is_asked, told = select.poll(), b"", False, None
    poll.register(reading, select.POLLIN)
    while process.poll() is None:
        if poll.poll(_POLL_SECONDS * 1000):
            read = os.read(reading, 65536)
            if not read:
                poll.unregister(reading)
            text = (text + read)[-4096:]
        progress = last_progress(text)
        if progress is not None and progress != told:
            queue.note_progress(job.job_id, *progress)
            told = progress
        if not is_asked and (stop.is_set() or not queue.is_wanted(job.job_id)):
            process.send_signal(signal.SIGTERM)
            is_asked = True


def _environment(job: Job, given: Mapping[str, str], progress: int) -> dict[str, str]:
    ours = {PROGRESS_FD: str(progress), ASKED_BY: job.asked_by, "PYTHONIOENCODING": "utf-8"}
    return {**given, **ours}


def _end_of(path: Path, size: int) -> str:
    return path.read_bytes()[-size:].decode(errors="replace")
