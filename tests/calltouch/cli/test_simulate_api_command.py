"""calltouch simulate --serve-api, as a separate process."""

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests as http

from calltouch.cli import main
from simulator.api.foreground import split_address
from tests.simulator.stand_in import StandIn

SERVE = ["--serve-api", "127.0.0.1:0", "--api-latency", "0.02", "--api-retry-after", "3"]
SMALL = ["simulate", "--leads", "40", "--days", "3", "--until", "2026-11-20"]


@contextmanager
def _command(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and the first line it prints once it is serving."""
    argv = [sys.executable, "-m", "calltouch.cli", *SMALL, *options]
    with subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            yield process, _printed(process)
        finally:
            process.kill()


def _printed(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    lines: list[str] = []
    while not lines or not re.match(r'\s*"?requests\b', lines[-1]):
        line = process.stdout.readline()
        assert line, process.stderr and process.stderr.read()
        lines.append(line)
    return "".join(lines)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_until_it_is_stopped(stop: signal.Signals) -> None:
    with _command(*SERVE, "--api-token", "t/o.k") as (process, printed):
        announced = dict(line.split(maxsplit=1) for line in printed.splitlines())
        assert announced["site_ids"].strip() == "10001,10002"
        day = {"dateFrom": "20/11/2026", "dateTo": "20/11/2026", "clientApiId": "t/o.k"}
        url = f"{announced['url'].strip()}/calls-service/RestAPI/10001/calls-diary/calls"
        answers = [http.get(url, params=day, timeout=5) for _ in range(6)]
        assert answers[0].status_code == 200
        assert all(answer.elapsed.total_seconds() >= 0.02 for answer in answers[:5])
        assert {answer.headers.get("Retry-After") for answer in answers} <= {None, "3"}
        process.send_signal(stop)
        assert process.wait(5) == 0
        assert process.stderr and process.stderr.read() == ""


def test_it_is_the_world_that_the_webhooks_tell_of(capsys: pytest.CaptureFixture[str]) -> None:
    with StandIn() as stand_in:
        main([*SMALL, "--url", stand_in.url, "--models", "1"])
    sent = {
        int(answer.group(1))
        for received in stand_in.received
        if (answer := re.search(rb"leadtype=call&.*?\bid=(\d+)&", received.body))
    }
    with _command("--serve-api", "127.0.0.1:0", "--json") as (_, printed):
        announced = json.loads(printed + "}")
        period = {"dateFrom": "01/11/2026", "dateTo": "30/11/2026", "limit": "1000"}
        shown = set()
        for site in announced["site_ids"].split(","):
            url = f"{announced['url']}/calls-service/RestAPI/{site}/calls-diary/calls"
            page = http.get(
                url, params=period | {"clientApiId": announced["token"]}, timeout=5
            ).json()
            shown |= {record["callId"] for record in page["records"]}
    assert shown == sent != set()
    assert announced["calls"] == len(sent)


def test_a_port_that_is_taken_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert main([*SMALL, "--serve-api", address]) == 1
    assert address in capsys.readouterr().err


@pytest.mark.parametrize("address", ["127.0.0.1:x", "127.0.0.1:99999"])
def test_an_address_that_is_none_is_wrong_usage(
    address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*SMALL, "--serve-api", address]) == 2
    assert "--serve-api" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:9000", ("127.0.0.1", 9000)),
        (":9000", ("127.0.0.1", 9000)),
        ("localhost", ("localhost", 8002)),
        ("[::1]:9000", ("::1", 9000)),
        ("[::1]", ("::1", 8002)),
    ],
)
def test_addresses(text: str, address: tuple[str, int]) -> None:
    assert split_address(text) == address


@pytest.mark.parametrize("module", ["calltouch.receiver_app", "calltouch.cli.serve"])
def test_the_receiver_does_not_know_it(module: str) -> None:
    code = f"import sys, {module}; print(*(m for m in sys.modules if '.simulate' in m))"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == []
