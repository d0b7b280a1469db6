"""calltouch flow prune: make the history smaller now."""

from dataclasses import asdict

import click

from calltouch.cli.flow.store import flow_commands
from calltouch.cli.output import json_option, print_json
from flows.store.pruning import HistoryLimits, Pruned
from flows.store.pruning import prune as prune_history
from receiver.settings.settings import Settings


@click.command("prune", epilog="Example: calltouch flow prune --dry-run")
@click.option("--dry-run", is_flag=True, help="Only say what would go, and how many bytes.")
@json_option
def prune(dry_run: bool, as_json: bool) -> int:
    """Let go of what the history need not keep. `serve` does it once a day.

    An operation that has not ended is never touched.
    """
    with flow_commands() as commands:
        limits = history_limits(commands.settings)
        pruned = prune_history(commands.place.flows_store, limits, commands.now, dry_run=dry_run)
    if as_json:
        print_json(asdict(pruned))
    else:
        click.echo(_text(pruned, dry_run))
    return 0


def history_limits(settings: Settings) -> HistoryLimits:
    return HistoryLimits(
        settings.flow_body_days, settings.flow_history_days, settings.flow_history_max_bytes
    )


def _text(pruned: Pruned, dry_run: bool) -> str:
    verb, size = ("would go", "would be") if dry_run else ("have gone", "are")
    return (
        f"bodies of {pruned.bodies} operations ({pruned.body_bytes:,} bytes) and "
        f"{pruned.operations} operations {verb}; {pruned.file_bytes:,} bytes {size} in use"
    )
