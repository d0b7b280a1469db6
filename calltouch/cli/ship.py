"""calltouch ship: hand over what this host has received."""

import signal
import threading

import click

from calltouch.shipping_part import shipping_part
from receiver.data_dir import DataDir, prepare
from receiver.ops.logs import configure
from receiver.process_lock import DigestRunning, LockHeld, digest_lock, hold
from receiver.settings.settings import Settings

_PATIENCE = 2.0


@click.command("ship", epilog="Example: calltouch ship --once")
@click.option("--once", is_flag=True, help="Hand over what is there now and exit.")
@click.option("--take-over", is_flag=True, help="From an inbox of this name that is gone for good.")
def command(once: bool, take_over: bool) -> None:
    """Hand over what this host receives (`calltouch serve` runs this for you)."""
    configure()
    settings = Settings.load()
    if not settings.ships:
        raise click.ClickException("this host does not ship: CALLTOUCH_PARCELS_ROLE is take")
    rounds, ledger = (shipping_part(settings, name) for name in ("rounds", "ledger"))
    prepare(settings.data_dir)
    place = DataDir(settings.data_dir)
    try:
        # Digest must not empty the inbox meanwhile.
        with digest_lock(settings.data_dir, _PATIENCE), hold(place.shipping_lock, _PATIENCE):
            shipping = rounds.ShipperRounds(settings, takes_over=take_over)
            if once:
                click.echo(f"handed over: {shipping.ship_all()} parcels")
            else:
                shipping.run(stop_on_signals())
    except (DigestRunning, LockHeld, ledger.ParcelsAway, ledger.ParcelsRefused) as error:
        raise click.ClickException(str(error)) from error


def stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
