"""calltouch parcels: how far each receiving host is."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click

from calltouch.cli.output import json_option, print_json, print_table
from calltouch.shipping_part import shipping_part
from receiver.ops.shipping_state import HostState
from receiver.settings.settings import Settings


@click.command("parcels", epilog="Example: calltouch parcels")
@json_option
@click.option("--forget", metavar="HOST", help="One that is gone, or has lost what doctor says.")
@click.option("--dry-run", is_flag=True, help="With --forget: change nothing.")
def command(as_json: bool, forget: str | None, dry_run: bool) -> None:
    """Show what each receiving host has handed over, and how much of it is taken.

    --forget: tell no more of a host that is gone for good, or of what one has lost. What it handed
    over stays; if it lives, it is shown again within seconds.
    """
    settings = Settings.load()
    rounds, ledger = (shipping_part(settings, name) for name in ("rounds", "ledger"))
    try:
        with ledger.session(settings, "calltouch parcels") as db:
            states: tuple[HostState, ...] = rounds.host_states(db)
            if forget is not None:
                if forget not in {state.host for state in states}:
                    raise click.ClickException(f"there is no host {forget}")
                if not dry_run:
                    rounds.forget_host(db, forget)
                click.echo(f"forgotten: {forget}" if not dry_run else f"would forget: {forget}")
                return
    except (ledger.ParcelsAway, ledger.ParcelsRefused) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        print_json([asdict(state) for state in states])
    elif states:
        print_table(_shown(state) for state in states)
    else:
        click.echo("no host has handed over anything yet")


def _shown(state: HostState) -> dict[str, Any]:
    return {
        "host": state.host,
        "shipped": state.shipped,
        "taken": state.taken,
        "oldest not taken, s": round(state.oldest_seconds, 1),
        "waiting there, bytes": state.waiting_bytes,
        "heard of, s ago": round(state.silent_seconds, 1),
        "missing": state.missing,
        "flows behind, s": round(state.addresses_behind_seconds, 1),
        "inbox since": datetime.fromtimestamp(state.began_at, UTC).isoformat(timespec="seconds"),
    }
