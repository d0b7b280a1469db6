"""calltouch view: saved views of pages."""

import click

from calltouch.cli.options import dry_run_option
from calltouch.cli.output import json_option, print_json, print_table
from calltouch.cli.user_changes import changing, say
from dashboards.access.audit import Action
from dashboards.access.state import NotDone
from dashboards.views.saved import all_views, delete_view


@click.group("view", invoke_without_command=True, epilog="Example: calltouch view list --json")
@click.pass_context
def command(context: click.Context) -> None:
    """List and delete the views of pages that users have saved."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@command.command("list", epilog="Example: calltouch view list --json")
@json_option
def show(as_json: bool) -> None:
    """List the views of all users."""
    with changing() as change:
        views = all_views(change.db)
    rows = [
        {
            "view_id": view.view_id,
            "owner": view.owner,
            "name": view.name,
            "page": view.page,
            "query": view.query,
            "is_team": view.is_team,
            "changed_at": view.changed_at,
        }
        for view in views
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(
            row | {"changed_at": change.shown(view.changed_at)}
            for row, view in zip(rows, views, strict=True)
        )


@command.command("delete", epilog="Example: calltouch view delete 12")
@click.argument("view_id", type=int)
@dry_run_option
def delete(view_id: int, dry_run: bool) -> None:
    """Delete a view, whoever it belongs to; it leaves all menus."""
    with changing(dry_run) as change:
        found = [view for view in all_views(change.db) if view.view_id == view_id]
        if not found:
            raise NotDone(f"no view {view_id}; `calltouch view list` shows all views")
        delete_view(change.db, view_id)
        change.note(Action.VIEW_DELETED, found[0].name)
    say(dry_run, f"deleted view {view_id}, {found[0].name}")
