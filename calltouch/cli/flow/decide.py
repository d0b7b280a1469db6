"""calltouch flow decide: what is to become of operations that wait for a person?"""

import sqlite3
from collections.abc import Sequence

import click

from calltouch.cli.flow.store import flow_commands
from calltouch.cli.output import json_option, print_json
from flows.deciding import NotUndecided
from flows.deciding import decide as decide_operation


@click.command("decide", epilog="Example: calltouch flow decide 17 18 --was-done")
@click.argument("operation_ids", type=int, nargs=-1, required=True)
@click.option("--was-done", "decision", flag_value="was-done", help="Go on behind the step.")
@click.option("--again", "decision", flag_value="again", help="Do the step again.")
@click.option("--drop", "decision", flag_value="drop", help="Give the operation up.")
@json_option
def decide(operation_ids: Sequence[int], decision: str | None, as_json: bool) -> int:
    """Decide about operations that are failed, unknown or held."""
    if decision is None:
        raise click.UsageError("say what to do: --was-done, --again or --drop")
    with flow_commands() as commands:
        now, due_at = commands.now.isoformat(), commands.now.timestamp()

        def decide_all(db: sqlite3.Connection) -> None:
            for number in operation_ids:
                decide_operation(db, number, decision, now, due_at, commands.who)

        try:
            commands.write(decide_all)
        except NotUndecided as error:
            raise click.ClickException(f"nothing was changed: {error}") from None
    if as_json:
        print_json({"operations": [*operation_ids], "decision": decision})
    else:
        click.echo(f"{len(operation_ids)} decided")
    return 0
