"""calltouch flow stop: let a flow rest."""

import click

from calltouch.cli.flow.store import flow_commands
from calltouch.cli.output import json_option, print_json
from flows.store.definitions import set_running


@click.command("stop", epilog="Example: calltouch flow stop leads-from-tilda")
@click.argument("name")
@json_option
def stop(name: str, as_json: bool) -> int:
    """Stop a flow between two steps. What comes in is kept, and held."""
    with flow_commands() as commands:
        commands.write(lambda db: set_running(db, name, False, commands.now, commands.who))
    if as_json:
        print_json({"flow": name, "running": False})
    else:
        click.echo(f"{name} is stopped")
    return 0
