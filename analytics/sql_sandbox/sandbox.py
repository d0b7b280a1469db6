"""Starts the process of a statement, reads what it says, and ends it in time."""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from analytics.sql_sandbox.limits import SandboxLimits
from analytics.sql_sandbox.refused import Refused

_ROOT = Path(__file__).parent.parent.parent
_PIECE = 1 << 16
_POLL_MILLISECONDS = 200
_LONGEST_OUTCOME = 1 << 20
# What Arrow adds to the rows.
_ALLOWANCE = 16 << 20


class NoSuchFile(Exception):
    """There is no keyed file."""


class NotAnswered(Exception):
    """`code`: `sql` (then `message` is DuckDB's), `time`, `memory`, `broken`, `file`, `gone`."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class SandboxAnswer:
    """`about`: how old the file is. `batches` may be called any number of times."""

    file: IO[bytes]
    rows: int
    truncated: bool
    milliseconds: int
    about: Mapping[str, str]

    @property
    def schema(self) -> pa.Schema:
        self.file.seek(0)
        schema: pa.Schema = pa.ipc.open_stream(self.file).schema
        return schema

    def batches(self) -> Iterator[pa.RecordBatch]:
        self.file.seek(0)
        yield from pa.ipc.open_stream(self.file)


@dataclass(frozen=True, slots=True)
class SqlSandbox:
    """`path`: of the only file that can be asked. `timezone`: of its days."""

    path: Path
    timezone: str
    limits: SandboxLimits = field(default_factory=SandboxLimits)

    @contextmanager
    def answer(
        self,
        sql: str,
        parameters: Mapping[str, object] | None = None,
        gone: Callable[[], bool] = lambda: False,
        gated: bool = True,
    ) -> Iterator[SandboxAnswer]:
        """Rows lie in a file without a name until the end. `gone`: whether nobody waits any more.
        `gated`: only statements of ours go without. Raises `NoSuchFile`, `Refused`,
        `NotAnswered`."""
        if not self.path.is_file():
            raise NoSuchFile(str(self.path))
        order = {
            "path": str(self.path),
            "sql": sql,
            "parameters": dict(parameters or {}),
            "gated": gated,
            "timezone": self.timezone,
            "limits": asdict(self.limits),
        }
        with tempfile.TemporaryFile() as file:
            outcome = _outcome(_Run(order, self.limits, gone).into(file))
            yield SandboxAnswer(file, **outcome)


def _outcome(said: Mapping[str, Any]) -> dict[str, Any]:
    kind = said.get("error")
    if kind is None:
        return dict(said)
    if kind == "refused":
        values = dict(said["values"])
        raise Refused(said["code"], values.pop("position"), **values)
    raise NotAnswered(kind, said.get("message", ""))


@dataclass(frozen=True, slots=True)
class _Run:
    order: Mapping[str, object]
    limits: SandboxLimits
    gone: Callable[[], bool]

    def into(self, file: IO[bytes]) -> Mapping[str, Any]:
        """What the process says in the end, or what its death says. The rows are in `file`."""
        with _standard_input(self.order) as given:
            process = subprocess.Popen(
                [sys.executable, "-s", "-P", "-m", __package__, str(os.getpid())],
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # Nothing of the environment of the web worker, where secrets may be.
                env={"PYTHONPATH": str(_ROOT), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
                cwd="/",
            )
        deadline = time.monotonic() + self.limits.kill_after
        with process:
            try:
                said, code = self._read(process, file, deadline)
            finally:
                process.kill()
        return _last_line(said) if code is None else {"error": code}

    def _read(
        self, process: "subprocess.Popen[bytes]", file: IO[bytes], deadline: float
    ) -> tuple[bytes, str | None]:
        """What came from standard error, and why it was not read to its end."""
        assert process.stdout is not None and process.stderr is not None
        said = b""
        size = 0
        waiting = [process.stdout.fileno(), process.stderr.fileno()]
        poll = select.poll()
        for fd in waiting:
            poll.register(fd, select.POLLIN)
        while waiting:
            if time.monotonic() > deadline:
                return said, "time"
            if self.gone():
                return said, "gone"
            for fd, _ in poll.poll(_POLL_MILLISECONDS):
                piece = os.read(fd, _PIECE)
                if not piece:
                    poll.unregister(fd)
                    waiting.remove(fd)
                elif fd == process.stdout.fileno():
                    size += file.write(piece)
                else:
                    said = (said + piece)[-_LONGEST_OUTCOME:]
            if size > self.limits.answer + _ALLOWANCE:
                return said, "memory"
        process.wait()
        return said, self._cause_of_death(process.returncode)

    @staticmethod
    def _cause_of_death(code: int) -> str | None:
        if code == 0:
            return None
        timed = (-signal.SIGALRM, -signal.SIGXCPU, -signal.SIGKILL)
        return "time" if code in timed else "broken"


@contextmanager
def _standard_input(order: Mapping[str, object]) -> Iterator[int]:
    """Lies in memory, and waits for nobody to read it."""
    fd = os.memfd_create("order")
    try:
        with os.fdopen(os.dup(fd), "wb") as file:
            file.write(json.dumps(order).encode())
        os.lseek(fd, 0, os.SEEK_SET)
        yield fd
    finally:
        os.close(fd)


def _last_line(said: bytes) -> Mapping[str, Any]:
    with suppress(ValueError, IndexError):
        found: Mapping[str, Any] = json.loads(said.strip().splitlines()[-1])
        return found
    return {"error": "broken"}
