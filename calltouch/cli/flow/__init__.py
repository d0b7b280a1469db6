"""calltouch flow …: what comes in is passed on. One subcommand a file."""

import click

from calltouch.cli.flow.check import check
from calltouch.cli.flow.fill import fill
from calltouch.cli.flow.guard import guard
from calltouch.cli.flow.path import path


@click.group("flow", epilog='Example: calltouch flow path \'["raw"][1]["q"]\' lead.json')
def command() -> None:
    """Flows: pass on what comes in, step by step."""


for subcommand in (check, path, fill, guard):
    command.add_command(subcommand)
