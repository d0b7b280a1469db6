"""calltouch flow replay: run old operations again."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import click

from calltouch.cli import FAILED
from calltouch.cli.flow.rehearse import moment
from calltouch.cli.flow.replay_leads import LeadReplay, replay_leads
from calltouch.cli.flow.store import FlowCommands, flow_commands
from calltouch.cli.output import json_option, print_json, print_table
from flows.book import FlowBook
from flows.replay import (
    PER_SECOND,
    NoSuchOperation,
    ReplayFilter,
    ReplayPlan,
    ReplayRules,
    Version,
    find_operations,
    plan_by_number,
    replay_all,
)
from flows.store.operations import STATES, UNFINISHED

_ENDED = [state for state in STATES if state not in UNFINISHED]


@click.command(
    "replay",
    epilog="Example: calltouch flow replay --flow leads-from-tilda --reason status-404 --plan",
)
@click.argument("operation_ids", type=int, nargs=-1)
@click.option("--flow", help="Instead of ids: operations of this flow …")
@click.option("--state", type=click.Choice(_ENDED), default="failed", show_default=True)
@click.option("--reason", help="… with this reason: status-404 …")
@click.option("--from", "since", help="… received since then …")
@click.option("--to", "until", help="… and before then …")
@click.option("--host", help="… that sent to this host.")
@click.option("--leads", is_flag=True, help="Leads that changed in the period start the flow.")
@click.option("--plan", "only_plans", is_flag=True, help="Only say what would run, and what not.")
@click.option("--from-start", is_flag=True, help="Repeat all steps but callbacks.")
@click.option(
    "--version",
    type=click.Choice(["current", "original"]),
    default="current",
    show_default=True,
    help="Of the flow.",
)
@click.option(
    "--per-second", type=click.FloatRange(0.01, 100), default=PER_SECOND, show_default=True
)
@click.option("--ring-again", is_flag=True, help="One operation: also repeat its callback.")
@json_option
def replay(
    operation_ids: Sequence[int],
    flow: str | None,
    state: str,
    reason: str | None,
    since: str | None,
    until: str | None,
    host: str | None,
    leads: bool,
    only_plans: bool,
    from_start: bool,
    version: Version,
    per_second: float,
    ring_again: bool,
    as_json: bool,
) -> int:
    """Run old operations again, as new ones: at the first step that is not done.

    A callback that was done, or may have been, is not repeated, unless --ring-again says so of a
    single operation.
    """
    if bool(operation_ids) == bool(flow):
        raise click.UsageError("name operations, or a flow with --flow")
    if ring_again and len(operation_ids) != 1:
        raise click.UsageError("--ring-again is for one operation at a time")
    rules = ReplayRules(from_start, ring_again, is_bulk=not operation_ids)
    with flow_commands() as commands:
        zone = ZoneInfo(commands.settings.timezone)
        span = (moment(since, zone), moment(until, zone))
        if leads:
            replay_leads(commands, flow, LeadReplay(*span, per_second, only_plans, as_json))
            return 0
        ids = operation_ids or find_operations(
            commands.db, ReplayFilter(flow or "", state, reason, *span, host)
        )
        book = FlowBook()
        book.refresh(commands.db)
        try:
            plans = [plan_by_number(commands.db, book, one, rules, version) for one in ids]
        except NoSuchOperation as error:
            raise click.ClickException(f"there is no operation {error}") from None
        made = {} if only_plans else _replay(commands, book, plans, per_second)
    rows = [_row(plan, made) for plan in plans]
    if as_json:
        print_json(rows)
    else:
        print_table(rows)
        _print_counts(plans, "would run" if only_plans else "run")
    return FAILED if operation_ids and any(plan.left_out for plan in plans) else 0


def _replay(
    commands: FlowCommands, book: FlowBook, plans: list[ReplayPlan], per_second: float
) -> dict[int, int]:
    """The new operations by the old ones."""
    return commands.write(lambda db: replay_all(db, book, plans, commands.now, per_second))


def _print_counts(plans: Sequence[ReplayPlan], verb: str) -> None:
    runnable = sum(not plan.left_out for plan in plans)
    click.echo(f"{runnable} of {len(plans)} {verb}, {len(plans) - runnable} are left out")


def _row(plan: ReplayPlan, made: dict[int, int]) -> dict[str, object]:
    return {
        "operation": plan.operation.operation_id,
        "flow": plan.operation.flow,
        "state": plan.operation.state,
        "reason": plan.operation.reason,
        "new": made.get(plan.operation.operation_id, ""),
        "version": plan.version or "",
        "steps": ", ".join(plan.steps),
        "left_out": plan.left_out,
    }
