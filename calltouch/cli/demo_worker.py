"""The process that makes the demo's past: the memory that it takes is free afterwards."""

from collections.abc import Callable
from functools import partial

import click

from calltouch.cli.demo_past import DemoPast, PastRequest, lay_down_past
from receiver.digest.workers.process import answer_requests, second_process
from receiver.settings.settings import Settings


def make_past(settings: Settings, wanted: PastRequest) -> DemoPast:
    """What `lay_down_past` returns there."""
    with second_process(__name__, settings) as connection:
        try:
            connection.send(wanted)
            past: DemoPast = connection.recv()
        except (EOFError, OSError) as error:
            raise click.ClickException("the past could not be made; see above") from error
    return past


def _answering(settings: Settings) -> Callable[[PastRequest], DemoPast]:
    return partial(lay_down_past, settings)


if __name__ == "__main__":
    answer_requests(_answering)
