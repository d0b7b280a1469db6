"""calltouch flow test: what would a flow send?"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import click

from calltouch.cli import FAILED
from calltouch.cli.flow.check import read_definition
from calltouch.cli.flow.refusals import report_refusal
from calltouch.cli.flow.sample import flow_in_force
from calltouch.cli.flow.store import FlowCommands, flow_commands
from calltouch.cli.output import json_option, print_json
from flows.definition.flow import Flow
from flows.filling.filters import FilterSettings
from flows.refusal import FlowRefusal
from flows.rendering import Rendering, render
from flows.sample import input_from_body, sample_of, values_of
from flows.steps.http import answer_values
from flows.store import attempts, operations
from flows.store.definitions import stored_flow
from flows.store.operations import NewOperation
from outgoing.sending import WebAnswer


@click.command("test", epilog="Example: calltouch flow test leads-from-tilda --operation 17")
@click.argument("name")
@click.option("--operation", "operation_id", type=int, help="With what this one began with.")
@click.option("--fields", "file", type=click.File("rb"), help="With a body, or a JSON object.")
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="STEP=FILE",
    help="What a step was answered: the body of the answer.",
)
@click.option("--send", is_flag=True, help="Do it for real, as an operation of source test.")
@json_option
def test(
    name: str,
    operation_id: int | None,
    file: BinaryIO | None,
    answers: Sequence[str],
    send: bool,
    as_json: bool,
) -> int:
    """Run the sample through the flow and print every web request whole, with {{secret.x}} in place
    of secrets. Nothing is sent, unless --send is given.

    The edited file counts, if there is one that passes its check; --send takes the version in
    force. A step that needs an earlier answer takes the recorded one, or that of --answer.
    """
    with flow_commands() as commands:
        try:
            flow = flow_in_force(commands, name) if send else _edited_flow(commands, name)
            stored, recorded = _input(commands, flow, operation_id, file)
        except FlowRefusal as refusal:
            return report_refusal(refusal, as_json)
        if send:
            return _send(commands, flow, stored)
        given = recorded | dict(_answer(answer) for answer in answers)
        settings = FilterSettings(ZoneInfo(commands.settings.timezone))
        rendering = render(flow, values_of(flow, stored, operation_id or 0), given, settings)
    if as_json:
        print_json(_described(rendering))
    else:
        _print(rendering)
    return FAILED if rendering.end == "refused" else 0


def _edited_flow(commands: FlowCommands, name: str) -> Flow:
    path = commands.settings.definitions_dir / f"{name}.toml"
    if path.exists():
        read = read_definition(path)
        if read.flow is not None:
            return read.flow
        raise click.ClickException(f"{path} does not pass: calltouch flow check {path}")
    return flow_in_force(commands, name)


def _input(
    commands: FlowCommands, flow: Flow, operation_id: int | None, file: BinaryIO | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What it begins with, and the answers that were recorded."""
    if file is not None:
        return input_from_body(flow, file.read(), commands.now.isoformat()), {}
    if operation_id is None:
        sample = sample_of(commands.db, flow.name)
        if sample is None:
            raise click.ClickException(
                f"{flow.name} has no sample: calltouch flow sample {flow.name}"
            )
        return sample.input, {}
    operation = operations.operation(commands.db, operation_id)
    if operation is None or operation.flow != flow.name:
        raise click.ClickException(f"{flow.name} has no operation {operation_id}")
    stored = attempts.input_of(commands.db, operation_id)
    if stored is None:
        raise click.ClickException(f"what operation {operation_id} began with is not kept any more")
    recorded: dict[str, Any] = {}
    for values in attempts.results_of(commands.db, operation_id).values():
        recorded |= values
    return stored, recorded


def _answer(given: str) -> tuple[str, dict[str, Any]]:
    step, separator, path = given.partition("=")
    if not separator or not Path(path).is_file():
        raise click.BadParameter("write it like crm=answer.json", param_hint="--answer")
    return step, answer_values(WebAnswer(200, (), Path(path).read_bytes()))


def _send(commands: FlowCommands, flow: Flow, stored: dict[str, Any]) -> int:
    version = stored_flow(commands.db, flow.name).version
    now = commands.now
    new = NewOperation(flow.name, version, "test", now.isoformat(), notes=("test",))

    def add(db: Any) -> int:
        operation_id = operations.add_operation(db, new, "waiting", now.timestamp())
        attempts.save_input(db, operation_id, stored)
        return operation_id

    operation_id = commands.write(add)
    click.echo(f"operation {operation_id}: calltouch flow operation {operation_id}")
    return 0


def _described(rendering: Rendering) -> dict[str, Any]:
    return {**asdict(rendering), "steps": [asdict(step) for step in rendering.steps]}


def _print(rendering: Rendering) -> None:
    for number, step in enumerate(rendering.steps, start=1):
        click.echo(f"--- {number}. {step.name} ({step.kind})\n{step.shown}\n")
    for note in rendering.notes:
        click.echo(f"note: {note}")
    match rendering.end:
        case "stopped":
            click.echo(
                f"{rendering.at} needs the answer of {rendering.reason}: "
                f"--answer {rendering.reason}=FILE, or --operation ID of one that has it"
            )
        case "done":
            click.echo("Nothing was sent.")
        case end:
            click.echo(f"{end} at {rendering.at}: {rendering.reason}")
