"""calltouch settle: wait until everything accepted so far is published."""

import click

from receiver.digest.settle import NotSettled, settle
from receiver.ending import ending_on_signals
from receiver.settings.settings import Settings


@click.command("settle", epilog="Example: calltouch settle --timeout 60")
@click.option(
    "--timeout", type=float, default=300.0, show_default=True, help="Maximum wait in seconds."
)
@ending_on_signals()
def command(timeout: float) -> None:
    """Wait until all deliveries accepted so far are digested and published.

    Does the work itself if no digest is running.
    """
    try:
        settle(Settings.load(), timeout)
    except NotSettled as error:
        raise click.ClickException(str(error)) from error
