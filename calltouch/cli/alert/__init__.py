"""calltouch alert …: people are told when something is wrong. One subcommand a file."""

import click

from calltouch.cli.alert.listing import listing
from calltouch.cli.alert.test import test
from calltouch.cli.alert.watch import watch


@click.group("alert", epilog="Example: calltouch alert test")
def command() -> None:
    """Alerts: what is wrong, and who is told."""


SUBCOMMANDS = (listing, test, watch)

for subcommand in SUBCOMMANDS:
    command.add_command(subcommand)
