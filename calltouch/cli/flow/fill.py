"""calltouch flow fill: try a template."""

from collections.abc import Sequence
from typing import BinaryIO
from zoneinfo import ZoneInfo

import click

from calltouch.cli.flow.refusals import report_refusal
from calltouch.cli.output import json_option, print_json
from flows.filling.filler import Filler
from flows.filling.filters import FilterSettings
from flows.filling.lookup import Fields
from flows.filling.places import PLACES
from flows.filling.places.query import is_charset
from flows.json_documents import Json, read_json
from flows.refusal import FlowRefusal
from receiver.settings.settings import Settings


@click.command(
    "fill",
    epilog="Example: calltouch flow fill --place url --fields lead.json 'https://crm.example/{{id}}'",
)
@click.argument("template")
@click.option(
    "--place",
    type=click.Choice(list(PLACES)),
    default="text",
    show_default=True,
    help="Where the template stands: it decides how values are written.",
)
@click.option(
    "--fields", type=click.File("rb"), help="A JSON object of fields; - is standard input."
)
@click.option("--charset", default="utf-8", show_default=True, help="Of a form or a query.")
@click.option("--secret", "secrets", multiple=True, metavar="NAME=VALUE", help="A secret to use.")
@json_option
def fill(
    template: str,
    place: str,
    fields: BinaryIO | None,
    charset: str,
    secrets: Sequence[str],
    as_json: bool,
) -> int:
    """Fill the placeholders of TEMPLATE.

    Exit code 1 when the template is wrong or a value cannot stand in its place.
    """
    if not is_charset(charset):
        raise click.BadParameter(f"there is no charset {charset}", param_hint="--charset")
    known = dict(_secret(secret) for secret in secrets)
    try:
        values = read_json(fields.read()) if fields else {}
        filler = Filler(Fields(_object(values), known), _settings())
        PLACES[place].check(template)
        text = PLACES[place].fill(template, filler, charset)
    except FlowRefusal as refusal:
        return report_refusal(refusal, as_json)
    if as_json:
        print_json({"text": text})
        return 0
    click.echo(text)
    for note in filler.notes:
        click.echo(note, err=True)
    return 0


def _secret(written: str) -> tuple[str, str]:
    name, separator, value = written.partition("=")
    if not separator or not name:
        raise click.BadParameter("write it like crm=abc", param_hint="--secret")
    return name, value


def _object(values: Json) -> dict[str, Json]:
    if not isinstance(values, dict):
        raise click.BadParameter("the file must hold a JSON object", param_hint="--fields")
    return values


def _settings() -> FilterSettings:
    return FilterSettings(ZoneInfo(Settings.load().timezone))
