"""calltouch flow replay --leads: leads of a period start a flow."""

from dataclasses import dataclass

import click

from analytics.published_file import NotPublished
from calltouch.cli.flow.store import FlowCommands
from calltouch.cli.output import print_json
from flows.book import FlowBook
from flows.contacts import ContactHashes
from flows.sources.past_leads import NotReplayable, count_startable, past_leads, start_past
from flows.sources.published_leads import PublishedLeads
from flows.store.definitions import stored_flow
from receiver.published import published_source


@dataclass(frozen=True, slots=True)
class LeadReplay:
    """`since`, `until`: of receipt, in UTC."""

    since: str | None
    until: str | None
    per_second: float
    only_plans: bool
    as_json: bool


def replay_leads(commands: FlowCommands, name: str | None, wanted: LeadReplay) -> None:
    """Raises `NoSuchFlow` and `click.ClickException`."""
    if not (name and wanted.since and wanted.until):
        raise click.UsageError("--leads needs --flow, --from and --to")
    stored, now = stored_flow(commands.db, name), commands.now.timestamp()
    flow = FlowBook().flow(commands.db, name, stored.version)
    try:
        if flow is None:
            raise NotReplayable("its definition cannot be read")
        contacts = ContactHashes(commands.place.person_key)
        source = published_source(commands.settings)
        with PublishedLeads(source).published.reading() as published:
            leads = past_leads(published, flow, stored, (wanted.since, wanted.until), contacts)
    except NotReplayable as error:
        raise click.ClickException(f"{name}: {error}") from None
    except NotPublished:
        raise click.ClickException("nothing has been published yet: calltouch settle") from None
    if wanted.only_plans:
        made = commands.write(lambda db: count_startable(db, leads, now))
    else:
        made = commands.write(lambda db: start_past(db, leads, now, wanted.per_second))
    counts = {"leads": leads.in_period, "for_the_flow": len(leads.started), "operations": made}
    if wanted.as_json:
        print_json(counts)
        return
    verb = "would be made" if wanted.only_plans else "were made"
    click.echo(
        f"{leads.in_period} leads changed in the period, the flow is for {len(leads.started)} of "
        f"them: {made} operations {verb}"
    )
