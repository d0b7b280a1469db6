"""calltouch alert rules: rules of one's own, and what their numbers are now."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from analytics.alerts.rule import AlertRule
from analytics.published_file import NotPublished, Published
from calltouch.alerts.judging import BrokenRule, RuleJudge
from calltouch.alerts.signs import rule_book
from calltouch.cli.output import json_option, print_json, print_table
from receiver.published import published_source
from receiver.settings.settings import Settings


@click.command("rules", epilog="Example: calltouch alert rules --json")
@json_option
def rules(as_json: bool) -> int:
    """Rules of your own, their numbers now, and what these have to be.

    They stand in calltouch.toml ([alert_rules.NAME]) or are made on the page /alerts.
    """
    settings = Settings.load()
    now = datetime.now(ZoneInfo(settings.timezone))
    known = rule_book(settings).rules().values()
    try:
        with Published(published_source(settings)).reading() as db:
            judge = RuleJudge(db, settings.timezone, now)
            rows = [row for rule in known for row in _rows(rule, judge)]
    except NotPublished as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        print_json(rows)
    elif rows:
        print_table(rows)
    else:
        click.echo("there are no rules")
    return 0


def _rows(rule: AlertRule, judge: RuleJudge) -> list[dict[str, object]]:
    about = {"rule": rule.name, "number": f"{rule.report}.{rule.column}", "period": rule.period}
    nothing = {"site": rule.site, "value": None, "from": None, "to": None}
    if not rule.is_on:
        return [{**about, **nothing, "state": "off"}]
    rows: list[dict[str, object]] = []
    try:
        for site in judge.sites(rule):
            found = judge.judge(rule, site)
            bounds = {"site": site, "value": found.value, "from": found.low, "to": found.high}
            rows.append({**about, **bounds, "state": "wrong" if found.is_wrong else "ok"})
    except BrokenRule as error:
        return [{**about, **nothing, "state": f"broken: {error}"}]
    return rows
