"""calltouch doctor: common problems and how to fix them."""

from dataclasses import asdict

import click

from calltouch.cli import FAILED
from calltouch.cli.output import json_option, print_json
from calltouch.doctor import examine
from receiver.settings.settings import Settings

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command("doctor", epilog="Example: calltouch doctor")
@json_option
def command(as_json: bool) -> int:
    """Check permissions, disk, time zone, senders, proxy, digest and versions.

    Exit code 1 if a check fails.
    """
    findings = examine(Settings.load())
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            mark = click.style(finding.level.ljust(4), fg=_COLOURS[finding.level])
            click.echo(f"{mark}  {finding.check}: {finding.text}")
            if finding.advice:
                click.echo(f"      → {finding.advice}")
    return FAILED if any(finding.level == "fail" for finding in findings) else 0
