"""calltouch flow start: let a flow run."""

import sys

import click

from calltouch.cli.flow.store import FlowCommands, flow_commands
from calltouch.cli.output import json_option, print_json
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
@json_option
def start(name: str, runs_held: bool | None, as_json: bool) -> int:
    """Let a flow run. Asks what to do with what came while it was stopped."""
    with flow_commands() as commands:
        stored_flow(commands.db, name)
        held = held_while_stopped(commands.db, name)
        if held and runs_held is None:
            runs_held = _asked(held)
        commands.write(lambda db: set_running(db, name, True, commands.now, commands.who))
        run, dropped = _decide(commands, name, bool(runs_held)) if held else (0, 0)
        commands.publish_addresses()
    if as_json:
        print_json({"flow": name, "running": True, "run": run, "dropped": dropped})
        return 0
    if held:
        click.echo(f"of those that came while it was stopped, {run} run and {dropped} are dropped")
    click.echo(f"{name} is running")
    return 0


def _asked(held: int) -> bool:
    """Dropping is never the answer to a mere Enter."""
    if not sys.stdin.isatty():
        raise click.UsageError(f"{held} came while it was stopped: say --run-held or --drop-held")
    question = f"{held} came while it was stopped: run them, or drop them?"
    return bool(click.prompt(question, type=click.Choice(["run", "drop"])) == "run")


def _decide(commands: FlowCommands, name: str, runs_held: bool) -> tuple[int, int]:
    """How many are run, and how many dropped."""
    flow = read_flow(name, stored_flow(commands.db, name).definition).flow
    max_age = flow.source.max_age if flow else 0
    return commands.write(
        lambda db: settle_held(db, name, max_age, runs_held, commands.now, commands.who)
    )
