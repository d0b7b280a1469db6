"""calltouch flow operations: what became of what came in?"""

import sqlite3
from zoneinfo import ZoneInfo

import click

from calltouch.cli.flow.rehearse import moment
from calltouch.cli.flow.store import flow_commands
from calltouch.cli.output import json_option, print_json, print_table
from flows.store.operations import STATES
from flows.store.statements import store_statement

_OPERATIONS = store_statement("listed_operations")


@click.command("operations", epilog="Example: calltouch flow operations --state failed")
@click.option("--flow", help="Of this flow.")
@click.option("--state", type=click.Choice(STATES), help="In this state.")
@click.option("--reason", help="With this reason: status-404.")
@click.option("--host", help="That sent to this host.")
@click.option("--status", type=click.IntRange(100, 599), help="That were answered with this.")
@click.option("--lead", "lead_id", type=int, help="About the lead with this id.")
@click.option("--from", "since", help="Received since then: 2026-11-21, or with a time.")
@click.option("--to", "until", help="Received before then.")
@click.option("--last", type=click.IntRange(1, 10_000), default=50, show_default=True)
@json_option
def operations(as_json: bool, since: str | None, until: str | None, **wanted: object) -> int:
    """List operations, the newest first."""
    with flow_commands() as commands:
        zone = ZoneInfo(commands.settings.timezone)
        values = {**wanted, "since": moment(since, zone), "until": moment(until, zone)}
        rows = commands.db.execute(_OPERATIONS, values).fetchall()
    listed = [_row(row) for row in rows]
    if as_json:
        print_json(listed)
    else:
        print_table(listed)
    return 0


def _row(row: sqlite3.Row) -> dict[str, object]:
    return {name: "" if row[name] is None else row[name] for name in row.keys()}  # noqa: SIM118
