"""calltouch settle: wait until everything accepted before the call can be seen."""

import click

from receiver.digest.settle import NotSettled, settle
from receiver.ending import ending_on_signals
from receiver.settings.settings import Settings


@click.command("settle", epilog="Example: calltouch settle --timeout 60")
@click.option(
    "--timeout", type=float, default=300.0, show_default=True, help="Seconds to wait at most."
)
@ending_on_signals()
def command(timeout: float) -> None:
    """Return when all deliveries accepted before the call are digested and published.

    When no digest is running, this does the work itself.
    """
    try:
        settle(Settings.load(), timeout)
    except NotSettled as error:
        raise click.ClickException(str(error)) from error
