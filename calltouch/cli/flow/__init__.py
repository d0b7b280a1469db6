"""calltouch flow …: what comes in is passed on. One subcommand a file."""

import click

from calltouch.cli.flow.apply import apply
from calltouch.cli.flow.check import check
from calltouch.cli.flow.decide import decide
from calltouch.cli.flow.echo import echo
from calltouch.cli.flow.fill import fill
from calltouch.cli.flow.guard import guard
from calltouch.cli.flow.listing import listing
from calltouch.cli.flow.new import new
from calltouch.cli.flow.operation import operation
from calltouch.cli.flow.operations import operations
from calltouch.cli.flow.path import path
from calltouch.cli.flow.prune import prune
from calltouch.cli.flow.rehearse import rehearse
from calltouch.cli.flow.remove import remove
from calltouch.cli.flow.replay import replay
from calltouch.cli.flow.run import run
from calltouch.cli.flow.sample import sample
from calltouch.cli.flow.show import show
from calltouch.cli.flow.start import start
from calltouch.cli.flow.stop import stop
from calltouch.cli.flow.test import test
from calltouch.cli.flow.url import rotate, url
from calltouch.cli.flow.versions import versions


@click.group("flow", epilog='Example: calltouch flow path \'["raw"][1]["q"]\' lead.json')
def command() -> None:
    """Flows: pass on what comes in, step by step."""


SUBCOMMANDS = (
    listing, show,
    new, check, apply, versions, start, stop, remove, url, rotate, sample, test, rehearse,
    operations, operation, decide, replay, prune, path, fill, guard, echo, run,
)  # fmt: skip

for subcommand in SUBCOMMANDS:
    command.add_command(subcommand)
