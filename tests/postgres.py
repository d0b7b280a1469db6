"""A PostgreSQL of the tests' own: one server a run, a new database for whoever asks."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

USER, PASSWORD = "calltouch", "a secret's 'name'"
_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
_NUMBERS = count(1)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    port: int
    home: Path

    def new_database(self) -> str:
        """A connection string without the password."""
        name = f"of_{os.getpid()}_{next(_NUMBERS)}"
        with self.connected() as db:
            db.execute(f"create database {name}".encode())
        return f"host=127.0.0.1 port={self.port} user={USER} dbname={name}"

    def connected(self, database: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=USER,
            password=PASSWORD,
            dbname=database,
            autocommit=True,
        )

    def start(self) -> None:
        words = f"-p {self.port} -k {self.home} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._control("start", "-w", "-o", words, "-l", str(self.home / "log"))

    def stop(self) -> None:
        self._control("stop", "-w", "-m", "immediate")

    def _control(self, *words: str) -> None:
        run_as_owner("pg_ctl", "-D", str(self.home / "data"), *words)


def run_as_owner(program: str, *words: str) -> None:
    """PostgreSQL refuses to run as root."""
    command = [str(_PROGRAMS[-1] / program), *words]
    if os.geteuid() == 0:
        command = ["runuser", "-u", "postgres", "--", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    if not _PROGRAMS:
        pytest.fail("PostgreSQL is missing: apt-get install postgresql-15")
    home = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))
    password = home / "password"
    password.write_text(PASSWORD)
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        for path in (home, password):
            os.chown(path, owner.pw_uid, owner.pw_gid)
    server = PostgresServer(_free_port(), home)
    try:
        made = ("-D", str(home / "data"), "-U", USER, "-A", "scram-sha-256", "--no-sync")
        run_as_owner("initdb", *made, "-E", "UTF8", "--locale=C", f"--pwfile={password}")
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
