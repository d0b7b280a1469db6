"""calltouch mcp, as an agent starts it."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.types import CallToolResult

from calltouch.cli import main
from tests.calltouch.agents.conftest import answer_in, token_of
from tests.dashboards.browsing import serving
from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call

PHONE = "79161234567"


@pytest.mark.server
def test_a_client_starts_it_and_asks(tmp_path: Path) -> None:
    """What it is refused is not in its log: a filter may name a client."""
    place = Place(tmp_path)
    place.add([Delivered(NOW, call(number, NOW, source="yandex")) for number in range(1, 8)])
    token = tmp_path / "token"
    token.write_text(f"{token_of(place)}\n")
    log = tmp_path / "log"

    async def ask(url: str) -> list[CallToolResult]:
        arguments = ["-m", "calltouch.cli", "mcp", "--url", url, "--token-file", f"{token}"]
        started = StdioServerParameters(
            command=sys.executable, args=arguments, env={"PYTHONPATH": ":".join(sys.path)}
        )
        with log.open("w") as said:
            async with Client(stdio_client(started, errlog=said)) as client:
                asked = {"report": "overview", "period": "all"}
                return [
                    await client.call_tool("report", asked),
                    await client.call_tool("definition", {"word": "leads"}),
                    await client.call_tool("report", {"report": "overview", "period": PHONE}),
                ]

    with serving(place.app()) as url:
        report, definition, refused = anyio.run(ask, url)
    assert answer_in(report)["rows"][0]["leads"] == 7
    assert answer_in(definition)["found"]
    assert refused.is_error
    assert PHONE in f"{refused.content}"
    assert PHONE not in log.read_text()


def test_without_a_token_it_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CALLTOUCH_MCP_TOKEN", raising=False)
    assert main(["mcp"]) == 2
    assert "calltouch token create" in capsys.readouterr().err
    assert main(["mcp", "--url", "leads.example"]) == 2
    assert "http" in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = importlib.import_module

    def missing(name: str, package: str | None = None) -> ModuleType:
        if name == "mcp":
            raise ModuleNotFoundError(name=name)
        return known(name, package)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLTOUCH_MCP_TOKEN", "one")
    monkeypatch.setattr(importlib, "import_module", missing)
    assert main(["mcp"]) == 1
    assert "pip install 'calltouch-receiver[mcp]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("environment", "asked"),
    [
        ({}, "http://127.0.0.1:8001"),
        (
            {"DASHBOARDS_HOST": "::", "DASHBOARDS_PORT": "9", "BASE_PATH": "x"},
            "http://127.0.0.1:9/x",
        ),
        ({"DASHBOARDS_HOST": "fd00::1"}, "http://[fd00::1]:8001"),
        ({"MCP_URL": "https://leads.example/x/"}, "https://leads.example/x"),
    ],
)
def test_it_asks_the_dashboards_of_the_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, environment: dict[str, str], asked: str
) -> None:
    served: list[tuple[str, str]] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLTOUCH_MCP_TOKEN", "one")
    for name, value in environment.items():
        monkeypatch.setenv(f"CALLTOUCH_{name}", value)
    over_stdio = importlib.import_module("calltouch.agents.over_stdio")
    monkeypatch.setattr(over_stdio, "serve", lambda url, token: served.append((url, token)))
    assert main(["mcp"]) == 0
    assert served == [(asked, "one")]
