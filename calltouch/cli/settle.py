"""calltouch settle: wait until everything accepted so far is published."""

import click

from calltouch.cli.flow.settling import settle_flows
from calltouch.shipping_part import shipping_part
from receiver.digest.settle import NotSettled, settle
from receiver.ending import ending_on_signals
from receiver.settings.settings import Settings


@click.command("settle", epilog="Example: calltouch settle --timeout 60")
@click.option(
    "--timeout", type=float, default=300.0, show_default=True, help="Maximum wait in seconds."
)
@click.option("--flows", is_flag=True, help="Also wait until no operation of a flow is due.")
@ending_on_signals()
def command(timeout: float, flows: bool) -> None:
    """Wait until all deliveries accepted so far are digested and published.

    On a host that ships: until they are handed over and taken.

    Does the work itself if no digest, or no runner of flows, is running.
    """
    settings = Settings.load()
    if settings.parcels is not None:
        _settle_parcels(settings, timeout)
    if settings.ships:
        return
    try:
        settle(settings, timeout)
        if flows:
            settle_flows(settings, timeout)
    except NotSettled as error:
        raise click.ClickException(str(error)) from error


def _settle_parcels(settings: Settings, timeout: float) -> None:
    settling, ledger = (shipping_part(settings, name) for name in ("settling", "ledger"))
    try:
        settling.settle_parcels(settings, timeout)
    except (OSError, settling.NotTaken, ledger.ParcelsAway, ledger.ParcelsRefused) as error:
        raise click.ClickException(str(error)) from error
