"""Shared by `calltouch user` and `calltouch token`: one transaction on `state.sqlite`."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from analytics.restricted.rights import LeadRights
from analytics.state_file import trouble_with
from dashboards.access.acts import AccessActs
from dashboards.access.audit import COMMAND_LINE, Action, AuditEntry, note
from dashboards.access.grants import Grant, UnfitGrant, read_sites
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore, NotDone
from receiver.data_dir import DataDir, prepare
from receiver.settings.settings import Settings

role_choice = click.Choice([role.value for role in Role])

sites_option = click.option(
    "--sites",
    metavar="IDS",
    help="Only leads of these sites, ids with commas between.  [default: all sites]",
)
manager_option = click.option(
    "--manager", metavar="NAME", help="Role manager: whose leads, as the leads name them."
)


def granted(role: str, sites: str | None, manager: str | None = None) -> Grant:
    """Raises `NotDone`."""
    ids = None if sites is None else read_sites(sites)
    if sites is not None and ids is None:
        raise UnfitGrant("access.no_sites", "name a site, or leave sites out for all of them")
    return Grant(Role(role), LeadRights(ids, manager))


def granted_anew(
    before: Grant, role: str, sites: str | None, manager: str | None, all_sites: bool
) -> Grant:
    """What is not said stays: another role lifts no limits. Raises `NotDone`."""
    given = granted(role, sites, manager).rights
    ids = None if all_sites else before.rights.sites if sites is None else given.sites
    named = before.rights.manager if manager is None and role == Role.MANAGER else manager
    return Grant(Role(role), LeadRights(ids, named))


@dataclass(frozen=True, slots=True)
class AccessChange:
    """A transaction and the time it began. `zone`: the configured one, in which times are shown."""

    db: sqlite3.Connection
    now: datetime
    zone: ZoneInfo

    def note(self, action: Action, name: str) -> None:
        note(self.db, AuditEntry(self.now, COMMAND_LINE, "", action, report=name))

    @property
    def acts(self) -> AccessActs:
        return AccessActs(self.db, self.now)

    def shown(self, moment: datetime) -> str:
        """For people: nobody compares seconds."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"


@contextmanager
def changing(dry_run: bool = False) -> Iterator[AccessChange]:
    """Committed at the end, unless it is a dry run, which creates no file either.

    Raises `click.ClickException` if the change is not possible.
    """
    settings = Settings.load()
    state = DataDir(settings.data_dir).state
    if not dry_run:
        prepare(settings.data_dir)
    try:
        with (
            closing(AccessStore(":memory:" if dry_run and not state.exists() else state)) as access,
            access.changing(keep=not dry_run) as db,
        ):
            yield AccessChange(db, access.clock(), ZoneInfo(settings.timezone))
    except NotDone as error:
        raise click.ClickException(str(error)) from error
    except (sqlite3.Error, OSError) as error:
        raise click.ClickException(trouble_with(state, error)) from error


def say(dry_run: bool, done: str) -> None:
    click.echo(f"would have: {done}" if dry_run else done, err=True)
