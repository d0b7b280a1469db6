"""`calltouch demo`, started as a newcomer would and looked at over HTTP."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import takewhile
from pathlib import Path
from urllib.parse import urljoin

import requests

OTHERS = {name: text for name, text in os.environ.items() if name[:10] != "CALLTOUCH_"}


@contextmanager
def demo(
    directory: Path, environ: dict[str, str]
) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """`calltouch demo` and what it says until all is there; ended by Ctrl-C."""
    process = subprocess.Popen(
        [sys.executable, "-m", "calltouch.cli", "demo", "--leads", "100"],
        cwd=directory,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
        # What a shell starts in the background ignores Ctrl-C, and so would all that it starts.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    told = list(takewhile(lambda line: "Ctrl-C" not in line, process.stdout))
    try:
        yield process, told
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def look_at_the_pages(told: list[str]) -> None:
    """The link signs in, and what is worth a look is there."""
    page = link_in(told)
    with requests.Session() as session:
        text = session.get(page, headers={"Accept-Language": "en"}, timeout=30).text
        assert "leads-over-time" in text
        paths = [line.split()[0] for line in told if line.startswith("  /")]
        assert "/deliveries" in paths
        for path in paths:
            assert session.get(urljoin(page, path), timeout=30).status_code == 200, path


def link_in(told: list[str]) -> str:
    """The one link."""
    (link,) = (word for line in told for word in line.split() if word.startswith("http"))
    return link
