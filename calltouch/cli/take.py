"""calltouch take: take what other hosts have received."""

import click

from calltouch.cli.ship import stop_on_signals
from calltouch.shipping_part import shipping_part
from receiver.data_dir import DataDir, prepare
from receiver.ops.logs import configure
from receiver.person_key import keep_key_at
from receiver.process_lock import LockHeld, hold
from receiver.settings.settings import Settings


@click.command("take", epilog="Example: calltouch take --once")
@click.option("--once", is_flag=True, help="Take what is there now and exit.")
def command(once: bool) -> None:
    """Take what other hosts have received (`calltouch serve` runs this for you)."""
    configure()
    settings = Settings.load()
    if settings.ships:
        raise click.ClickException("this host ships: another one takes (CALLTOUCH_PARCELS_ROLE)")
    rounds, ledger = (shipping_part(settings, name) for name in ("rounds", "ledger"))
    prepare(settings.data_dir)
    place = DataDir(settings.data_dir)
    keep_key_at(place.person_key, settings.person_key_file)
    try:
        with hold(place.shipping_lock, 2.0):
            taking = rounds.TakerRounds(settings)
            if once:
                click.echo(f"taken: {taking.take_all()} parcels")
            else:
                taking.run(stop_on_signals())
    except (LockHeld, OSError, ledger.ParcelsAway, ledger.ParcelsRefused) as error:
        raise click.ClickException(str(error)) from error
