"""calltouch flow url, rotate-key: the address that a flow takes web requests at."""

import re
from datetime import timedelta

import click

from calltouch.cli.flow.store import FlowCommands, flow_commands
from flows.addresses import flow_address
from flows.store.definitions import keys_of, rotate_key, stored_flow

_OVERLAP = re.compile(r"(\d{1,4})([hd])")


@click.command("url", epilog="Example: calltouch flow url leads-from-tilda")
@click.argument("name")
def url(name: str) -> int:
    """Print the address of a flow. Whoever knows it can send to the flow."""
    with flow_commands() as commands:
        stored_flow(commands.db, name)
        for key in keys_of(commands.db, name, commands.now):
            click.echo(address(commands, name, key))
    return 0


@click.command("rotate-key", epilog="Example: calltouch flow rotate-key leads-from-tilda")
@click.argument("name")
@click.option("--overlap", default="7d", show_default=True, help="How long the old one is good.")
def rotate(name: str, overlap: str) -> int:
    """Make a new address; the old one ends after the overlap."""
    found = _OVERLAP.fullmatch(overlap)
    if found is None:
        raise click.BadParameter("write it like 12h or 7d", param_hint="--overlap")
    hours = int(found[1]) * (24 if found[2] == "d" else 1)
    with flow_commands() as commands:
        stored_flow(commands.db, name)
        key = commands.write(lambda db: rotate_key(db, name, commands.now, timedelta(hours=hours)))
        commands.publish_addresses()
        click.echo(address(commands, name, key))
    return 0


def address(commands: FlowCommands, name: str, key: str) -> str:
    settings = commands.settings
    port = "" if settings.port == 80 else f":{settings.port}"
    return flow_address(settings.public_url or f"http://<host>{port}", name, key)
