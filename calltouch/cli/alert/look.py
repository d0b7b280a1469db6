"""calltouch alert look: what the published file says is wrong, as the watching process asks."""

import os
from datetime import UTC, datetime

import click

from calltouch.alerts.signs import rule_troubles, sign_troubles
from calltouch.cli.output import print_json
from receiver.alerts.outside import as_values
from receiver.settings.settings import Settings

_NICE = 10


@click.command("look", epilog="Example: calltouch alert look signs")
@click.argument("what", type=click.Choice(["signs", "rules"]))
def look(what: str) -> int:
    """Print what is wrong as JSON, by the data alone. Tells nobody and notes nothing."""
    # It can wait: deliveries and pages cannot.
    os.nice(_NICE)
    settings = Settings.load()
    now = datetime.now(UTC)
    troubles = sign_troubles(settings, now) if what == "signs" else rule_troubles(settings, now)
    print_json([as_values(trouble) for trouble in troubles])
    return 0
