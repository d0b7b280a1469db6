"""What the demo shows of flows: forms of a simulated site become requests in Calltouch.

It goes the way that anybody would go: the template for Tilda, started as it stands, and what Tilda
sends to the flow's address.
"""

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping

import click
import requests

from simulator.site_forms import CONNECTING, FilledForm

FLOW = "site-forms"
_TEMPLATE = "tilda-to-calltouch"
_TIMEOUT_SECONDS = 30.0
_HEADERS = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}

Calltouch = Callable[..., str]
"""Runs a command with these arguments; what it printed."""


def commands(environ: Mapping[str, str]) -> Calltouch:
    def calltouch(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "calltouch.cli", *arguments],
            env=environ,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            what = " ".join(arguments[:2])
            raise click.ClickException(f"`calltouch {what}` failed: {done.stderr or done.stdout}")
        return done.stdout

    return calltouch


def begin_flow(calltouch: Calltouch) -> str:
    """A flow that runs; its address."""
    calltouch("flow", "new", FLOW, "--template", _TEMPLATE)
    calltouch("flow", "start", FLOW)
    return calltouch("flow", "url", FLOW).strip()


def send_forms(address: str, forms: Iterable[FilledForm]) -> int:
    """As Tilda does: once to see who answers, then each form, the first of them twice. Returns how
    many web requests were made."""
    sent = list(forms)
    bodies = [CONNECTING, *(form.body for form in (*sent[:1], *sent))]
    with requests.Session() as session:
        for body in bodies:
            answer = session.post(address, body, headers=_HEADERS, timeout=_TIMEOUT_SECONDS)
            answer.raise_for_status()
    return len(bodies)
