"""calltouch flow list: which flows are there?"""

import sqlite3

import click

from calltouch.cli import DIFFERENCES
from calltouch.cli.flow.store import flow_commands
from calltouch.cli.output import json_option, print_json, print_table
from flows.deciding import undecided
from flows.store.definitions import StoredFlow, stored_flows
from flows.store.operations import STATES


@click.command("list", epilog="Example: calltouch flow list")
@json_option
def listing(as_json: bool) -> int:
    """List the flows, and how many operations each has in which state.

    Exit code 3 when operations need a person: `undecided` are those that are held, or have failed
    or are unknown, and were neither decided nor replayed.
    """
    with flow_commands() as commands:
        rows = [_row(commands.db, flow) for flow in stored_flows(commands.db)]
    if as_json:
        print_json(rows)
    elif rows:
        print_table(rows)
    else:
        click.echo("There are no flows yet: calltouch flow new NAME")
    return DIFFERENCES if any(row["undecided"] for row in rows) else 0


def _row(db: sqlite3.Connection, flow: StoredFlow) -> dict[str, object]:
    counts = dict(
        db.execute(
            "select state, count(*) from operations where flow = ? group by 1", (flow.name,)
        ).fetchall()
    )
    return {
        "flow": flow.name,
        "runs": "yes" if flow.is_running else "no",
        "version": flow.version,
        **{state: counts.get(state, 0) for state in STATES},
        "undecided": undecided(db, flow.name),
    }
