"""calltouch flow show: one flow, as it is in force."""

import click

from calltouch.cli.flow.store import flow_commands
from calltouch.cli.output import json_option, print_json
from flows.store.definitions import stored_flow


@click.command("show", epilog="Example: calltouch flow show leads-from-tilda")
@click.argument("name")
@json_option
def show(name: str, as_json: bool) -> int:
    """Show the definition that is in force, and whether the flow runs."""
    with flow_commands() as commands:
        flow = stored_flow(commands.db, name)
    if as_json:
        print_json(
            {
                "flow": flow.name,
                "running": flow.is_running,
                "version": flow.version,
                "definition": flow.definition,
            }
        )
    else:
        click.echo(f"# version {flow.version}, {'running' if flow.is_running else 'stopped'}")
        click.echo(flow.definition)
    return 0
