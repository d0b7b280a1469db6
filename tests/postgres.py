"""A PostgreSQL 15 of the tests' own, on a loopback port, with a new database for whoever asks."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

USER, PASSWORD = "calltouch", "a secret's 'name'"
"""Who owns databases and nothing else."""
_BIN = Path("/usr/lib/postgresql/15/bin")
_PATIENCE = 30.0
# It refuses to run as root; Debian's package brings this user along.
_SYSTEM_USER = "postgres"
_ADMITTED = (
    f"host all {_SYSTEM_USER} 127.0.0.1/32 trust",
    "host all all 127.0.0.1/32 scram-sha-256",
)
_SETTINGS = (
    *("listen_addresses=127.0.0.1", "max_connections=60", "shared_buffers=32MB"),
    *("log_min_messages=fatal", "autovacuum_naptime=5s"),
)
_NUMBERS = count(1)


@dataclass
class PostgresServer:
    """`directory`: holds its files and is gone with it."""

    directory: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def conninfo(self) -> str:
        """Of one who may do everything and needs no password."""
        return f"host=127.0.0.1 port={self.port} user={_SYSTEM_USER} dbname=postgres"

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
        """All of it at once, as without power: a new one does not start beside what is left."""
        assert self.process is not None
        pid = self.process.pid
        # It begins nothing more, so its children are those that it has now.
        self.process.send_signal(signal.SIGSTOP)
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        self.process.kill()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            # At once: nothing in it is needed any more.
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(_PATIENCE)

    def new_database(self) -> str:
        """The connection string of its owner, without the password."""
        name = f"of_{os.getpid()}_{next(_NUMBERS)}"
        with self.connected() as db:
            db.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        return f"host=127.0.0.1 port={self.port} user={USER} dbname={name}"

    def connected(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        """As the owner of databases."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=USER,
            password=PASSWORD,
            dbname=database,
            autocommit=True,
        )


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    if not _BIN.exists():
        pytest.fail("PostgreSQL is missing: apt-get install postgresql-15")
    directory = Path(tempfile.mkdtemp(prefix="postgres-"))
    server = PostgresServer(directory, _free_port())
    try:
        _make(directory)
        server.start()
        try:
            with psycopg.connect(server.conninfo, autocommit=True) as db:
                made = sql.SQL("create role {} login createdb password {}")
                db.execute(made.format(sql.Identifier(USER), sql.Literal(PASSWORD)))
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One for all tests of this process that only use it."""
    with postgres_server() as server:
        yield server


def _make(directory: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(directory, _SYSTEM_USER)
    command: list[str | Path] = [_BIN / "initdb", "-D", directory / "data", "-U", _SYSTEM_USER]
    command += ["-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]
    subprocess.run([*_as_user(), *command], check=True, stdout=subprocess.DEVNULL, cwd="/")
    (directory / "data" / "pg_hba.conf").write_text("\n".join(_ADMITTED) + "\n")


def _as_user() -> list[str]:
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam(_SYSTEM_USER)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
