"""calltouch flow url, rotate-key: the address that a flow takes web requests at."""

import re
from datetime import timedelta

import click

from calltouch.cli.flow.store import FlowCommands, flow_commands
from calltouch.cli.output import json_option, print_json
from flows.addresses import flow_address
from flows.definition.flow import HttpSource
from flows.definition.reading import read_flow
from flows.store.definitions import keys_of, rotate_key, stored_flow

_OVERLAP = re.compile(r"(\d{1,4})([hd])")


@click.command("url", epilog="Example: calltouch flow url leads-from-tilda")
@click.argument("name")
@json_option
def url(name: str, as_json: bool) -> int:
    """Print the address of a flow. Whoever knows it can send to the flow."""
    with flow_commands() as commands:
        _show(commands, name, addresses_of(commands, name), as_json)
    return 0


@click.command("rotate-key", epilog="Example: calltouch flow rotate-key leads-from-tilda")
@click.argument("name")
@click.option("--overlap", default="7d", show_default=True, help="How long the old one is good.")
@json_option
def rotate(name: str, overlap: str, as_json: bool) -> int:
    """Make a new address; the old one ends after the overlap."""
    found = _OVERLAP.fullmatch(overlap)
    if found is None:
        raise click.BadParameter("write it like 12h or 7d", param_hint="--overlap")
    hours = int(found[1]) * (24 if found[2] == "d" else 1)
    with flow_commands() as commands:
        stored_flow(commands.db, name)
        key = commands.write(lambda db: rotate_key(db, name, commands.now, timedelta(hours=hours)))
        commands.publish_addresses()
        _show(commands, name, [address(commands, name, key)], as_json)
    return 0


def _show(commands: FlowCommands, name: str, addresses: list[str], as_json: bool) -> None:
    if as_json:
        print_json({"flow": name, "addresses": addresses})
        return
    for line in addresses:
        click.echo(line)
    if not addresses:
        click.echo(f"{name} takes no web requests: its source is leads", err=True)
    elif not commands.settings.public_url:
        click.echo("<host>: where this server is reached from outside (public_url)", err=True)


def addresses_of(commands: FlowCommands, name: str) -> list[str]:
    """Those that are good now, the newest first; none of a flow whose source is leads."""
    flow = read_flow(name, stored_flow(commands.db, name).definition).flow
    if flow is not None and not isinstance(flow.source, HttpSource):
        return []
    return [address(commands, name, key) for key in keys_of(commands.db, name, commands.now)]


def address(commands: FlowCommands, name: str, key: str) -> str:
    settings = commands.settings
    port = "" if settings.port == 80 else f":{settings.port}"
    return flow_address(settings.public_url or f"http://<host>{port}", name, key)
