"""calltouch flow stop: let a flow rest."""

import click

from calltouch.cli.flow.store import flow_commands
from flows.store.definitions import set_running


@click.command("stop", epilog="Example: calltouch flow stop leads-from-tilda")
@click.argument("name")
def stop(name: str) -> int:
    """Stop a flow between two steps. What comes in is kept, and held."""
    with flow_commands() as commands:
        commands.write(lambda db: set_running(db, name, False, commands.now, commands.who))
    click.echo(f"{name} is stopped")
    return 0
