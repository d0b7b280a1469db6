"""calltouch flow new: begin a flow with a ready-made definition."""

import click

from calltouch.cli import FAILED
from calltouch.cli.flow.store import flow_commands
from calltouch.cli.flow.url import addresses_of
from calltouch.cli.output import json_option, print_json
from flows.definition.checks import NAME
from flows.ready_made import template_names, template_text
from flows.store.definitions import apply_definition


@click.command(
    "new", epilog="Example: calltouch flow new leads-from-tilda --template tilda-to-calltouch"
)
@click.argument("name")
@click.option("--template", type=click.Choice(template_names()), default="empty", show_default=True)
@json_option
def new(name: str, template: str, as_json: bool) -> int:
    """Write a commented definition, put it in force, stopped, and print its address."""
    if not NAME.fullmatch(name):
        raise click.BadParameter("use 1 to 64 small letters, digits and -", param_hint="NAME")
    text = template_text(template)
    with flow_commands() as commands:
        path = commands.settings.definitions_dir / f"{name}.toml"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            click.echo(f"calltouch: {path} is there already", err=True)
            return FAILED
        commands.write(lambda db: apply_definition(db, name, text, commands.now, commands.who))
        commands.publish_addresses()
        addresses = addresses_of(commands, name)
    if as_json:
        print_json({"flow": name, "file": str(path), "addresses": addresses})
        return 0
    click.echo(f"Written: {path}")
    for line in addresses:
        click.echo(f"Its address: {line}")
    click.echo(f"Edit it, then: calltouch flow apply {name} && calltouch flow start {name}")
    return 0
