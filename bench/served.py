"""An application under gunicorn, as `calltouch serve` runs it, and what its workers compute."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from calltouch.cli.serve import gunicorn_command
from calltouch.listeners import listen
from receiver.ops.metrics import forget

WORKERS, THREADS = 2, 16
_ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Served:
    """A running server. `data_dir` is None for one that keeps nothing."""

    name: str
    url: str
    master: int
    data_dir: Path | None


@contextmanager
def served(
    name: str, app: str, data_dir: Path | None, environ: Mapping[str, str], path: str, body: bytes
) -> Iterator[Served]:
    """Ready when it has answered this body at this path."""
    given = {**_environment(data_dir), **environ}
    with listen("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}{path}"
        process = subprocess.Popen(
            gunicorn_command(app, listener.fileno(), WORKERS, THREADS),
            env=given,
            cwd=_ROOT,
            pass_fds=[listener.fileno()],
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(url, body)
            yield Served(name, url, process.pid, data_dir)
        finally:
            process.terminate()
            process.wait(60)
            if data_dir:
                forget(data_dir)


def cpu_seconds(master: int) -> float:
    """What the workers have computed so far."""
    fields = [(one / "stat").read_text().rpartition(")")[2].split() for one in _workers(master)]
    return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")


def largest_worker(master: int) -> float:
    """RSS in megabytes, after all that was received."""
    lines = [line for one in _workers(master) for line in (one / "status").read_text().splitlines()]
    return max(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmRSS:"))


def _workers(master: int) -> list[Path]:
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return [Path("/proc") / child for child in children]


def _environment(data_dir: Path | None) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("CALLTOUCH_")}
    kept["CALLTOUCH_ALLOWED_NETWORKS"] = "92.118.66.0/23,127.0.0.0/8"
    return kept | ({"CALLTOUCH_DATA_DIR": str(data_dir)} if data_dir else {})


def _wait_for(url: str, body: bytes) -> None:
    for _ in range(300):
        try:
            requests.post(url, data=body, timeout=5).raise_for_status()
            return
        except requests.ConnectionError:
            time.sleep(0.1)
    sys.exit(f"nothing answers at {url}")
