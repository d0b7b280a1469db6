"""calltouch flow start: let a flow run."""

import click

from calltouch.cli.flow.store import FlowCommands, flow_commands
from flows.deciding import held_while_stopped, settle_held
from flows.definition.reading import read_flow
from flows.store.definitions import set_running, stored_flow


@click.command("start", epilog="Example: calltouch flow start leads-from-tilda --run-held")
@click.argument("name")
@click.option(
    "--run-held/--drop-held",
    "runs_held",
    default=None,
    help="Run what came while it was stopped (within max_age), or drop it.",
)
def start(name: str, runs_held: bool | None) -> int:
    """Let a flow run. Asks what to do with what came while it was stopped."""
    with flow_commands() as commands:
        stored_flow(commands.db, name)
        held = held_while_stopped(commands.db, name)
        if held and runs_held is None:
            runs_held = click.confirm(f"{held} operations came while it was stopped. Run them?")
        commands.write(lambda db: set_running(db, name, True, commands.now, commands.who))
        if held:
            click.echo(_decide(commands, name, bool(runs_held)))
        commands.publish_addresses()
    click.echo(f"{name} is running")
    return 0


def _decide(commands: FlowCommands, name: str, runs_held: bool) -> str:
    flow = read_flow(name, stored_flow(commands.db, name).definition).flow
    max_age = flow.source.max_age if flow else 0
    released, dropped = commands.write(
        lambda db: settle_held(db, name, max_age, runs_held, commands.now, commands.who)
    )
    return f"{released} of them are run, {dropped} are dropped"
