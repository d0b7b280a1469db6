"""Agents of the official SDK, and what they ask."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.types import CallToolResult, TextContent

from calltouch.agents.remote_api import RemoteApi
from calltouch.agents.server import agents_server
from dashboards.access.roles import Role
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.browsing import serving
from tests.dashboards.conftest import SETTINGS, Place
from tests.jobs.world import NOW, make_place
from tests.made_once import made_once

Answer = dict[str, Any]
Tool = Callable[..., Answer]


def token_of(place: Place, role: Role = Role.VIEWER) -> str:
    return bearer(place.access, role)["Authorization"].removeprefix("Bearer ")


class Agent:
    """What a client is told of the tools, and what they answer."""

    def __init__(self, api: RemoteApi) -> None:
        self.api = api
        self._server = agents_server(lambda _: api)

    def call(self, tool: str, arguments: Mapping[str, Any]) -> CallToolResult:
        async def ask() -> CallToolResult:
            async with Client(self._server) as client:
                return await client.call_tool(tool, dict(arguments))

        return anyio.run(ask)

    def ask(self, tool: str, **arguments: Any) -> Answer:
        return answer_in(self.call(tool, arguments))

    def refusal(self, tool: str, **arguments: Any) -> str:
        result = self.call(tool, arguments)
        assert result.is_error, result
        return text_in(result)

    def told(self) -> str:
        """All that an agent reads before it asks anything."""

        async def tell() -> str:
            async with Client(self._server) as client:
                tools = await client.list_tools()
                return f"{client.instructions}\n{tools.model_dump_json()}"

        return anyio.run(tell)


def answer_in(result: CallToolResult) -> Answer:
    """The structured content, of which the text is the same."""
    assert not result.is_error, text_in(result)
    answer: Answer = json.loads(text_in(result))
    assert answer == result.structured_content
    return answer


def text_in(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


@contextmanager
def agent_at(place: Place, role: Role = Role.VIEWER, **settings: Any) -> Iterator[Agent]:
    """Over the served place, with a new token of this role."""
    with serving(place.app(replace(SETTINGS, **settings))) as url:
        yield Agent(RemoteApi(url, token_of(place, role)))


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The world in which people try their jobs."""
    return Place(made_once(tmp_path_factory, "jobs", make_place))


@pytest.fixture(scope="module")
def agent(market: Place) -> Iterator[Agent]:
    with agent_at(market, clock=lambda: NOW) as agent:
        yield agent
