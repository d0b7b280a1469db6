"""calltouch flow operations: what became of what came in?"""

import sqlite3

import click

from calltouch.cli.flow.store import flow_commands
from calltouch.cli.output import json_option, print_json, print_table
from flows.store.operations import STATES


@click.command("operations", epilog="Example: calltouch flow operations --state failed")
@click.option("--flow", help="Of this flow.")
@click.option("--state", type=click.Choice(STATES), help="In this state.")
@click.option("--reason", help="With this reason: status-404.")
@click.option("--from", "since", help="Received since then: 2026-11-21, or with a time, in UTC.")
@click.option("--last", type=click.IntRange(1, 10_000), default=50, show_default=True)
@json_option
def operations(
    flow: str | None,
    state: str | None,
    reason: str | None,
    since: str | None,
    last: int,
    as_json: bool,
) -> int:
    """List operations, the newest first."""
    with flow_commands() as commands:
        rows = commands.db.execute(
            "select operation_id, flow, version, state, reason, text, received_at, finished_at, "
            "step, tries from operations where (:flow is null or flow = :flow) "
            "and (:state is null or state = :state) and (:reason is null or reason = :reason) "
            "and (:since is null or received_at >= :since) "
            "order by operation_id desc limit :last",
            {"flow": flow, "state": state, "reason": reason, "since": since, "last": last},
        ).fetchall()
    listed = [_row(row) for row in rows]
    if as_json:
        print_json(listed)
    else:
        print_table(listed)
    return 0


def _row(row: sqlite3.Row) -> dict[str, object]:
    return {name: "" if row[name] is None else row[name] for name in row.keys()}  # noqa: SIM118
