"""The tools over HTTP: every caller with a token of its own."""

import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import anyio
import httpx2
import pytest
import requests
import uvicorn
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult

from calltouch.agents.over_http import PATH, web_application
from dashboards.access.roles import Role
from tests.calltouch.agents.conftest import answer_in, text_in, token_of
from tests.dashboards.browsing import serving
from tests.dashboards.conftest import SETTINGS, Place
from tests.jobs.world import NOW

PHONED = {"report": "journal", "period": "7d", "columns": ["caller_phone"], "limit": 5}


@dataclass(frozen=True, slots=True)
class Door:
    url: str

    def call(self, token: str, tool: str, arguments: dict[str, Any]) -> CallToolResult:
        async def ask() -> CallToolResult:
            headers = {"Authorization": f"Bearer {token}"}
            async with httpx2.AsyncClient(headers=headers, timeout=60) as web:
                transport = streamable_http_client(self.url, http_client=web)
                async with Client(transport) as client:
                    return await client.call_tool(tool, arguments)

        return anyio.run(ask)


@pytest.fixture(scope="module")
def door(market: Place) -> Iterator[Door]:
    with serving(market.app(replace(SETTINGS, clock=lambda: NOW))) as api, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(web_application(api), log_level="warning", access_log=False)
        )
        thread = threading.Thread(target=server.run, args=([free],))
        thread.start()
        try:
            yield Door(f"http://127.0.0.1:{free.getsockname()[1]}{PATH}")
        finally:
            server.should_exit = True
            thread.join()


def test_each_caller_sees_what_its_own_token_may(
    market: Place, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody else's, and no token is in the log."""
    tokens = {role: token_of(market, role) for role in (Role.VIEWER, Role.ANALYST)}
    caplog.set_level(logging.DEBUG)
    phones = {
        role: [row["caller_phone"] for row in answer_in(door.call(token, "report", PHONED))["rows"]]
        for role, token in tokens.items()
    }
    assert all(phone is None or "•" in phone or "*" in phone for phone in phones[Role.VIEWER])
    assert any(phone and phone.isdigit() for phone in phones[Role.ANALYST])
    assert not any(token in caplog.text for token in tokens.values())


@pytest.mark.parametrize("written", [None, "", "Bearer", "Bearer  ", "Basic dTpw"])
def test_without_a_token_nothing_is_reached(door: Door, written: str | None) -> None:
    headers = {} if written is None else {"Authorization": written}
    for url in (door.url, door.url.removesuffix(PATH)):
        answer = requests.post(url, json={}, headers=headers, timeout=60)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_wrong_token_gets_no_data(door: Door) -> None:
    refused = door.call("nonsense", "report", PHONED)
    assert refused.is_error
    assert "token" in text_in(refused)
