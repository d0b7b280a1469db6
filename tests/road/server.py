"""The real thing: `calltouch serve` as its own processes, on ports of its own."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import requests

from dashboards.access.people import add_user, find_user
from dashboards.access.roles import Role
from dashboards.access.sign_in.links import make_sign_in_code
from dashboards.access.state import AccessStore
from receiver.digest.settle import settle
from receiver.settings.settings import Settings

START_SECONDS = 30.0


@dataclass
class Server:
    """A running `calltouch serve`."""

    process: subprocess.Popen[str]
    environ: Mapping[str, str]
    data_dir: Path
    receiver: str = ""
    dashboards: str = ""
    output: list[str] = field(default_factory=list)

    def send(self, body: bytes | str = b"", path: str = "/webhook") -> requests.Response:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return requests.post(self.receiver + path, data=body, headers=headers, timeout=30)

    def calltouch(self, *arguments: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Another command on the same data directory."""
        return subprocess.run(
            [sys.executable, "-m", "calltouch.cli", *arguments],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def settle(self) -> None:
        """What `calltouch settle` does, without a process of its own."""
        settle(Settings.load(self.environ), 60)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        path = str(self.data_dir / "calltouch.duckdb")
        with duckdb.connect(path, read_only=True) as db:
            return db.execute(query).fetchall()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(60)

    @property
    def ships(self) -> bool:
        """Has no dashboards, and no digest."""
        return self.environ.get("CALLTOUCH_PARCELS_ROLE") == "ship"

    @property
    def is_announced(self) -> bool:
        return bool(self.receiver if self.ships else self.dashboards)

    @property
    def log(self) -> str:
        return "".join(self.output)

    def children(self, command: str) -> list[int]:
        """Processes of this server whose command line holds a text."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                line = (
                    (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
                environ = (entry / "environ").read_bytes()
            except OSError:
                continue
            mine = f"CALLTOUCH_DATA_DIR={self.data_dir}".encode() in environ
            if mine and command in line and int(entry.name) != self.process.pid:
                found.append(int(entry.name))
        return sorted(found)


@contextmanager
def serving(data_dir: Path, *options: str, **environ: str) -> Iterator[Server]:
    """A server that is ready; stopped at the end, however the test went."""
    server = start(data_dir, *options, **environ)
    try:
        addresses = [server.receiver, *([] if server.ships else [server.dashboards])]
        wait_until(lambda: all(map(is_ready, addresses)), START_SECONDS)
        yield server
    finally:
        if server.process.poll() is None:
            server.process.terminate()
            server.process.wait(60)


@contextmanager
def started(data_dir: Path, **environ: str) -> Iterator[Server]:
    """As `serving`, but only alive: asked whether it is ready, it would use its inbox already."""
    server = start(data_dir, **environ)
    try:
        wait_until(lambda: is_alive(server), START_SECONDS)
        yield server
    finally:
        server.stop()


def start(data_dir: Path, *options: str, **environ: str) -> Server:
    """Started, with its addresses known, perhaps not ready yet."""
    given = {
        **{k: v for k, v in os.environ.items() if not k.startswith("CALLTOUCH_")},
        "CALLTOUCH_DATA_DIR": str(data_dir),
        "CALLTOUCH_ALLOWED_NETWORKS": "127.0.0.0/8",
        **environ,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "calltouch.cli", "serve", "--host", "127.0.0.1", "--port", "0",
         "--dashboards-port", "0", *options],
        env=given, cwd=data_dir.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    server = Server(process, given, data_dir)
    threading.Thread(target=_follow, args=(server,), daemon=True).start()
    wait_until(lambda: server.is_announced or process.poll() is not None, START_SECONDS)
    assert process.poll() is None, server.log
    return server


def _follow(server: Server) -> None:
    assert server.process.stdout is not None
    with server.process.stdout as printed:
        for line in printed:
            server.output.append(line)
            if match := re.match(r"(receiver|dashboards): (http://\S+)$", line):
                setattr(server, match[1], match[2])


def signed_in(address: str, data_dir: Path) -> requests.Session:
    """The browser of an admin, at a server that has this data directory."""
    with closing(AccessStore(data_dir / "state.sqlite")) as access, access.changing() as db:
        if find_user(db, "admin") is None:
            add_user(db, access.clock(), "admin", Role.ADMIN, password_hash="!")
        code = make_sign_in_code(db, access.clock(), "admin")
    session = requests.Session()
    assert session.get(f"{address}/enter/{code}", allow_redirects=False, timeout=30).ok
    return session


def is_alive(server: Server) -> bool:
    try:
        return requests.get(f"{server.receiver}/healthz", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def is_ready(address: str) -> bool:
    try:
        return requests.get(address + "/readyz", timeout=5).status_code == 200
    except requests.RequestException:
        return False


def wait_until(condition: Callable[[], object], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
