"""calltouch mcp: reports and definitions for agents, by the Model Context Protocol."""

import importlib
from pathlib import Path
from typing import Any

import click

from receiver.settings.kinds import url as read_url
from receiver.settings.settings import Settings

_EXTRA = "calltouch mcp needs the extra mcp: pip install 'calltouch-receiver[mcp]'"


def _url(context: click.Context, option: click.Parameter, written: str | None) -> str | None:
    try:
        return None if written is None else read_url(written)
    except ValueError as error:
        raise click.BadParameter(f"expected {error}") from error


@click.command("mcp", epilog="Example: calltouch mcp --url https://leads.example --token-file FILE")
@click.option("--url", callback=_url, help="The dashboards.  [default: those of this machine]")
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the token.  [default: CALLTOUCH_MCP_TOKEN]",
)
@click.option("--http", is_flag=True, help="Serve over HTTP; each caller sends a token.")
@click.option("--host", default="127.0.0.1", show_default=True, help="With --http: the address.")
@click.option("--port", default=8002, show_default=True, type=click.IntRange(1, 65535))
def command(url: str | None, token_file: Path | None, http: bool, host: str, port: int) -> None:
    """Give agents the numbers of the dashboards: over stdio, or over HTTP with --http.

    What they see is what the token's role may see.
    """
    settings = Settings.load()
    asked = url or settings.mcp_url or _own(settings)
    if http:
        if token_file:
            raise click.UsageError("over HTTP each caller sends a token: leave out --token-file")
        _part("calltouch.agents.over_http").serve(asked, host, port)
        return
    token = token_file.read_text(encoding="utf-8").strip() if token_file else settings.mcp_token
    if not token or not token.isascii():
        raise click.UsageError(
            "give a token: --token-file, or CALLTOUCH_MCP_TOKEN; `calltouch token create` makes one"
        )
    _part("calltouch.agents.over_stdio").serve(asked, token)


def _own(settings: Settings) -> str:
    """The dashboards of this machine."""
    anywhere = settings.dashboards_host in ("0.0.0.0", "::", "")
    host = "127.0.0.1" if anywhere else settings.dashboards_host
    named = f"[{host}]" if ":" in host else host
    return f"http://{named}:{settings.dashboards_port}{settings.base_path}"


def _part(module: str) -> Any:
    """Loaded when it is needed: the SDK is an extra."""
    try:
        importlib.import_module("mcp")
    except ImportError as error:
        raise click.ClickException(_EXTRA) from error
    return importlib.import_module(module)
