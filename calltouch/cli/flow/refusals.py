"""How the commands of flows say that something cannot be done."""

import click

from calltouch.cli import FAILED
from calltouch.cli.output import print_json
from flows.refusal import FlowRefusal


def report_refusal(refusal: FlowRefusal, as_json: bool) -> int:
    """The exit code."""
    if as_json:
        hint = {"hint": refusal.hint} if refusal.hint else {}
        print_json({"error": refusal.reason, "at": refusal.at, **hint})
    else:
        click.echo(f"calltouch: {refusal}", err=True)
    return FAILED
