"""calltouch flow sample: which fields does a delivery have?"""

import time
from dataclasses import asdict
from datetime import timedelta
from typing import BinaryIO

import click

from calltouch.cli import FAILED
from calltouch.cli.flow.refusals import report_refusal
from calltouch.cli.flow.store import FlowCommands, flow_commands
from calltouch.cli.output import json_option, print_json, print_table
from flows.definition.flow import Flow
from flows.definition.reading import read_flow
from flows.refusal import FlowRefusal
from flows.sample import (
    Sample,
    fields_of,
    input_from_body,
    newest_operation,
    sample_fields,
    save_sample,
)
from flows.store.definitions import stored_flow

_LOOK_SECONDS = 0.5


@click.command("sample", epilog="Example: calltouch flow sample leads-from-tilda --wait 60")
@click.argument("name")
@click.option(
    "--wait",
    type=click.IntRange(1, 3600),
    metavar="SECONDS",
    help="Wait for the next delivery; without it the last one of the day is taken.",
)
@click.option("--from", "file", type=click.File("rb"), help="Take a body from a file instead.")
@json_option
def sample(name: str, wait: int | None, file: BinaryIO | None, as_json: bool) -> int:
    """Take a delivery as a sample: its fields, with the placeholder of each.

    The flow may run or be stopped. The sample is kept until the next one is taken; `check` and
    `test` use it. It may hold personal data.
    """
    with flow_commands() as commands:
        flow = flow_in_force(commands, name)
        try:
            taken = _taken(commands, flow, wait, file)
        except FlowRefusal as refusal:
            return report_refusal(refusal, as_json)
        if taken is None:
            hint = "" if wait else "; --wait 60 waits for the next one"
            click.echo(f"calltouch: nothing has come to {name} within a day{hint}", err=True)
            return FAILED
        commands.write(lambda db: save_sample(db, taken))
    found = fields_of(flow, taken.input)
    rows = [asdict(field) for field in sample_fields(found.values)]
    if as_json:
        print_json({"flow": name, "origin": taken.origin, "fields": rows, "notes": found.notes})
    else:
        click.echo(f"{taken.origin}, {len(rows)} fields")
        print_table(rows)
        for note in found.notes:
            click.echo(f"note: {note}")
    return 0


def flow_in_force(commands: FlowCommands, name: str) -> Flow:
    stored = stored_flow(commands.db, name)
    flow = read_flow(name, stored.definition).flow
    if flow is None:
        raise click.ClickException(f"version {stored.version} of {name} cannot be read any more")
    return flow


def _taken(
    commands: FlowCommands, flow: Flow, wait: int | None, file: BinaryIO | None
) -> Sample | None:
    now = commands.now.isoformat()
    if file is not None:
        return Sample(flow.name, now, file.name, input_from_body(flow, file.read(), now))
    last = newest_operation(commands.db, flow.name)
    until = time.monotonic() + (wait or 0)
    after = last[0] if last and wait else 0
    found = None
    while wait and found is None and time.monotonic() < until:
        time.sleep(_LOOK_SECONDS)
        found = newest_operation(commands.db, flow.name, after)
    if found is None:
        day = (commands.now - timedelta(1)).isoformat()
        found = newest_operation(commands.db, flow.name, since=day)
    return found and Sample(flow.name, now, f"operation {found[0]}", found[1])
