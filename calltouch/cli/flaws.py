"""Prints the parts of Calltouch's answers that could not be read."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from receiver.calltouch_api.flaws import Flaw

_NAMED = 20


def flaw_rows(flaws: Sequence[Flaw]) -> list[dict[str, Any]]:
    return [asdict(flaw) for flaw in flaws]


def print_flaws(flaws: Sequence[Flaw]) -> None:
    for flaw in flaws[:_NAMED]:
        click.echo(f"not read: {flaw}")
    if len(flaws) > _NAMED:
        click.echo(f"and {len(flaws) - _NAMED} more; --json lists them all")
