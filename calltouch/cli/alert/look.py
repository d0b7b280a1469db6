"""calltouch alert look: what the published file says is wrong, as the watching process asks."""

import os
from datetime import UTC, datetime

import click

from calltouch.alerts.signs import sign_troubles
from calltouch.cli.output import print_json
from receiver.alerts.outside import as_values
from receiver.settings.settings import Settings

_NICE = 10


@click.command("look", epilog="Example: calltouch alert look signs")
@click.argument("what", type=click.Choice(["signs"]))
def look(what: str) -> int:
    """Print what is wrong as JSON, by the data alone. Tells nobody and notes nothing."""
    del what
    # It can wait: deliveries and pages cannot.
    os.nice(_NICE)
    settings = Settings.load()
    print_json([as_values(trouble) for trouble in sign_troubles(settings, datetime.now(UTC))])
    return 0
