"""How long pages and their cards take over a big file: python -m bench.pages DIR --leads 1000000

Each page is asked for in turn, several rounds, for each of PERIODS, over one connection
of a real server (gunicorn, one worker, as `calltouch serve` runs it). Beside it the same questions,
put to DuckDB alone by their own SQL: what a page costs more than its numbers. A card here is the
only one of its page; on the page itself the cards share what they have in common.
"""

import os
import re
import socket
import statistics
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from duckdb import DuckDBPyConnection
from flask import Flask, g, request

from analytics.published_file import Published, PublishedFile
from analytics.reports.asking import Question, ask
from bench.big_store import make_big_store
from bench.machine import machine, write_json
from calltouch.app import gate, page_settings
from dashboards.access.roles import Reader, Role
from dashboards.app import create_dashboards
from dashboards.page.cards import Page
from dashboards.page.from_url import card_context
from dashboards.page.render import make
from dashboards.pages.register import PAGES
from dashboards.web.reader_request import current_reader_context
from receiver.settings.settings import Settings

REST_SECONDS = 20
# The first two are held against what came before them, as pages are unless they are told otherwise.
PERIODS = {
    "a month": "from=2026-10-22&to=2026-11-20",
    "two years": "from=2024-11-21&to=2026-11-20",
    "a year against the year before": "from=2025-11-21&to=2026-11-20&compare=year",
}
READER = Reader("bench", Role.ANALYST)


@dataclass(frozen=True, slots=True)
class CardTime:
    """Milliseconds. `raw`: of its questions alone."""

    name: str
    card: float
    raw: float


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    on, figures = machine(), []
    published = Published(PublishedFile(make_big_store(asked.directory, asked.leads)))
    settings = Settings.load({"CALLTOUCH_DATA_DIR": str(asked.directory)})
    app = create_dashboards(published, page_settings(settings), gate(settings))
    print(f"{asked.leads:,} leads, medians of {asked.rounds} rounds, in milliseconds")
    with _served(asked.directory) as (url, token, server):
        for name, query in PERIODS.items():
            print(
                f"\n{name}: page | whole | p95 | first byte | slowest cards (its questions alone)"
            )
            for page in _pages():
                cards = card_times(app, published, page, query, asked.rounds)
                whole, first = page_times(url, token, page, query, 4 * asked.rounds)
                print(_line(page, cards, whole, first))
                figures.append({"period": name, "page": page.name, "whole": whole, "first": first})
        print(f"\nmemory of the dashboards: {_memory(server)}", flush=True)
        time.sleep(REST_SECONDS)
        print(f"the same {REST_SECONDS} s later: {_memory(server)}")
    print(on)
    write_json(asked.json, {"machine": on, "leads": asked.leads, "pages": figures})


def card_times(
    app: Flask, published: Published, page: Page, query: str, rounds: int
) -> list[CardTime]:
    """Every card of the page, made in this process."""
    with app.test_request_context(f"/?{query}"), published.reading() as db:
        g.reader = READER
        reader_context = current_reader_context()
        times = []
        for card in page.cards:
            made, raw = [], []
            for _ in range(rounds):
                context = card_context(
                    db, reader_context, page, request.args, {}, lambda report, query, rows: None
                )
                started = time.perf_counter()
                shown = make(card, context)
                made.append(time.perf_counter() - started)
                assert shown.failure is None, card.name
                raw.append(_raw(db, shown.asked))
            times.append(CardTime(card.name, _ms(made), _ms(raw)))
    return times


def page_times(
    url: str, token: str, page: Page, query: str, rounds: int
) -> tuple[list[float], list[float]]:
    """Seconds to the last byte and to the first, per round."""
    whole, first = [], []
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token}"
        for _ in range(rounds):
            started = time.perf_counter()
            with session.get(f"{url}{page.path}?{query}", stream=True, timeout=120) as answer:
                assert answer.status_code == 200, answer.text[:500]
                pieces = answer.iter_content(None)
                next(pieces)
                first.append(time.perf_counter() - started)
                assert b"</html>" in b"".join(pieces)[-20:]
            whole.append(time.perf_counter() - started)
    return whole, first


def _pages() -> list[Page]:
    return [page for page in PAGES if page.is_listed]


def _raw(db: DuckDBPyConnection, questions: Sequence[Question]) -> float:
    started = time.perf_counter()
    for question in questions:
        ask(db, question)
    return time.perf_counter() - started


def _line(page: Page, cards: Sequence[CardTime], whole: list[float], first: list[float]) -> str:
    slowest = sorted(cards, key=lambda one: -one.card)[:3]
    p95 = sorted(whole)[int(0.95 * (len(whole) - 1))] * 1000
    shown = ", ".join(
        f"{one.name.partition('.')[2]} {one.card:.0f} ({one.raw:.0f})" for one in slowest
    )
    return f"{page.name:12} | {_ms(whole):6.0f} | {p95:6.0f} | {_ms(first):4.0f} | {shown}"


def _ms(seconds: Sequence[float]) -> float:
    return statistics.median(seconds) * 1000


def _memory(server: int) -> str:
    """Of the server's processes together, now and at most."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    now = most = 0
    for child in children:
        status = Path(f"/proc/{child}/status").read_text()
        found = {name: int(kib) for name, kib in re.findall(r"(VmRSS|VmHWM):\s+(\d+)", status)}
        now, most = now + found["VmRSS"] // 1024, most + found["VmHWM"] // 1024
    return f"{now} MiB, at most {most} MiB, in {len(children)} processes"


@contextmanager
def _served(directory: Path) -> Iterator[tuple[str, str, int]]:
    """The dashboards alone, a token to ask them with, and the server's process id."""
    environ = {**os.environ, "CALLTOUCH_DATA_DIR": str(directory)}
    token = subprocess.run(
        [sys.executable, "-m", "calltouch.cli", "token", "create", "--role", "analyst", "--name",
         f"bench-{time.time_ns()}"],
        env=environ, check=True, capture_output=True, text=True,
    ).stdout.strip()  # fmt: skip
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "calltouch.app:load_dashboards()", "--bind",
         f"127.0.0.1:{port}", "--worker-class", "receiver.server.worker.BufferingWorker",
         "--workers", "1", "--threads", "4", "--log-level", "warning", "--no-control-socket"],
        env=environ,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                requests.get(f"{url}/healthz", timeout=1)
                break
            except requests.RequestException:
                time.sleep(0.1)
        yield url, token, server.pid
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
