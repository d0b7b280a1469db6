"""The tools over HTTP, for agents elsewhere: whoever calls brings a token, which is passed on to
the API with that call and forgotten."""

import asyncio
from collections.abc import Mapping

import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from calltouch.agents.remote_api import RemoteApi
from calltouch.agents.server import ApiOf, agents_server

PATH = "/mcp"
_LARGEST_CALL = 256 << 10
_SCHEME = "bearer "


class TokenFirst:
    """ASGI in front of the tools: without a token nothing behind it is reached."""

    def __init__(self, tools: ASGIApp) -> None:
        self._tools = tools

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and token_in(Headers(scope=scope)) is None:
            answer = JSONResponse(
                {"error": "Send a token: Authorization: Bearer …"},
                status_code=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
            await answer(scope, receive, send)
            return
        await self._tools(scope, receive, send)


def token_in(headers: Mapping[str, str]) -> str | None:
    written = headers.get("authorization") or ""
    token = written[len(_SCHEME) :].strip()
    return token if token and written.lower().startswith(_SCHEME) else None


def api_of_callers(url: str) -> ApiOf:
    def api_of(headers: Mapping[str, str] | None) -> RemoteApi:
        token = token_in(headers or {})
        assert token is not None, "TokenFirst stands in front"
        return RemoteApi(url, token)

    return api_of


def web_application(url: str) -> ASGIApp:
    """Nothing is kept between calls. Any Host may be asked: what a page of a stranger would make a
    browser send has no token."""
    tools: Starlette = agents_server(api_of_callers(url)).streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=_LARGEST_CALL,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return TokenFirst(tools)


def serve(url: str, host: str, port: int) -> None:
    """Until it is told to end. Requests are not logged."""
    config = uvicorn.Config(
        web_application(url), host=host, port=port, log_level="warning", access_log=False
    )
    asyncio.run(uvicorn.Server(config).serve())
