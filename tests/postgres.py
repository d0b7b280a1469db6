"""A PostgreSQL 15 of the tests' own, on a loopback port, started once by whoever needs it first."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

_BIN = Path("/usr/lib/postgresql/15/bin")
_PATIENCE = 30.0
# It refuses to run as root; Debian's package brings this user along.
_USER = "postgres"
_SETTINGS = (
    *("listen_addresses=127.0.0.1", "max_connections=60", "shared_buffers=32MB"),
    *("log_min_messages=fatal", "autovacuum_naptime=5s"),
)


@dataclass
class PostgresServer:
    """`directory`: holds its files and is gone with it."""

    directory: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def conninfo(self) -> str:
        return f"host=127.0.0.1 port={self.port} user={_USER} dbname=postgres"

    def start(self) -> None:
        given = [word for one in _SETTINGS for word in ("-c", one)]
        command: list[str | Path] = [_BIN / "postgres", "-D", self.directory / "data"]
        self.process = subprocess.Popen(
            [*_as_user(), *command, "-p", str(self.port), "-k", self.directory, *given],
            stderr=subprocess.DEVNULL,
        )
        give_up_at = time.monotonic() + _PATIENCE
        while not self.answers():
            assert self.process.poll() is None, "PostgreSQL has ended"
            assert time.monotonic() < give_up_at, "PostgreSQL does not answer"
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            psycopg.connect(self.conninfo, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def kill(self) -> None:
        """All of it at once, as without power."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            # At once: nothing in it is needed any more.
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(_PATIENCE)

    def make_database(self, name: str) -> str:
        """Its connection string."""
        with psycopg.connect(self.conninfo, autocommit=True) as db:
            db.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name)))
        return self.conninfo.replace("dbname=postgres", f"dbname={name}")


@contextmanager
def postgres_server(*, syncs: bool = True) -> Iterator[PostgresServer]:
    """`syncs`: what is committed survives a power cut; a kill it survives in any case."""
    if not _BIN.exists():
        pytest.skip("PostgreSQL 15 is not here: apt-get install postgresql-15")
    directory = Path(tempfile.mkdtemp(prefix="postgres-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(directory, _USER)
        given = [] if syncs else ["--no-sync"]
        command: list[str | Path] = [_BIN / "initdb", "-D", directory / "data", "-U", _USER]
        command += ["-A", "trust", *given]
        subprocess.run([*_as_user(), *command], check=True, stdout=subprocess.DEVNULL)
        server = PostgresServer(directory, _free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One for all tests of this process that only use it."""
    with postgres_server(syncs=False) as server:
        yield server


def _as_user() -> list[str]:
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam(_USER)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
