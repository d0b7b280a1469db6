"""calltouch flow path: try a JSON path on a document."""

from typing import Any, BinaryIO, Literal

import click

from calltouch.cli.flow.refusals import report_refusal
from calltouch.cli.output import json_option, print_json
from flows.json_documents import read_json, text_of, type_of
from flows.json_paths import ABSENT, Many, json_path
from flows.refusal import FlowRefusal

IfAbsent = Literal["stop", "empty", "skip"]


@click.command("path", epilog='Example: calltouch flow path \'["raw"][1]["q"]\' lead.json')
@click.argument("path")
@click.argument("file", type=click.File("rb"), default="-")
@click.option(
    "--if-absent",
    type=click.Choice(["stop", "empty", "skip"]),
    help="What a JSON step with this setting would do without a value.",
)
@click.option(
    "--many",
    type=click.Choice(["first", "list"]),
    help="What becomes of several values; an error by default.",
)
@json_option
def path(
    path: str, file: BinaryIO, if_absent: IfAbsent | None, many: Many | None, as_json: bool
) -> int:
    """Show the value that PATH finds in the JSON document FILE (standard input by default).

    Exit code 1 when the path or the document is wrong, or the step would stop.
    """
    try:
        value = json_path(path, many).find(read_json(file.read()))
        if value is ABSENT and if_absent == "stop":
            raise FlowRefusal("missing-field", path)
    except FlowRefusal as refusal:
        return report_refusal(refusal, as_json)
    if value is ABSENT and if_absent == "empty":
        value = ""
    if as_json:
        print_json(_described(value))
    else:
        click.echo("(absent)" if value is ABSENT else text_of(value))
    return 0


def _described(value: Any) -> dict[str, object]:
    if value is ABSENT:
        return {"absent": True}
    return {"value_text": text_of(value), "type": type_of(value)}
