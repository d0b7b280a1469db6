import subprocess
from typing import Any

import pytest

from receiver.digest.workers import process


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The second processes that were started."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(*args: Any, **kwargs: Any) -> subprocess.Popen[bytes]:
        processes.append(subprocess.Popen(*args, **kwargs))
        return processes[-1]

    class Replaced:
        Popen = staticmethod(start)

    monkeypatch.setattr(process, "subprocess", Replaced)
    return processes
