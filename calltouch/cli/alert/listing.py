"""calltouch alert list: what is wrong, and what was."""

import sqlite3
from contextlib import closing
from zoneinfo import ZoneInfo

import click

from analytics.alerts.trouble import AlertRecord
from analytics.alerts.wording import AlertWriter
from calltouch.cli.output import json_option, print_json, print_table
from receiver.alerts.noting import going_on, open_alerts_state, record
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings


@click.command("list", epilog="Example: calltouch alert list --all --limit 20")
@click.option("--all", "is_all", is_flag=True, help="Those that are over, too; the newest first.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000))
@json_option
def listing(is_all: bool, limit: int, as_json: bool) -> int:
    """What is wrong now, since when, and what to do."""
    settings = Settings.load()
    with closing(open_alerts_state(DataDir(settings.data_dir).state)) as db:
        alerts = _newest(db, limit) if is_all else going_on(db)[:limit]
    writer = AlertWriter(settings.alert_language, ZoneInfo(settings.timezone))
    rows = [_row(alert, writer) for alert in alerts]
    if as_json:
        print_json(rows)
    elif not rows:
        click.echo("nothing is wrong" if not is_all else "nothing has been wrong")
    else:
        print_table(rows)
    return 0


def _newest(db: sqlite3.Connection, limit: int) -> list[AlertRecord]:
    rows = db.execute("select * from alerts order by alert_id desc limit ?", (limit,))
    return [record(row) for row in rows]


def _row(alert: AlertRecord, writer: AlertWriter) -> dict[str, object]:
    words = writer.text(alert)
    return {
        "alert": alert.alert_id,
        "kind": alert.kind,
        "title": words.title,
        "began": writer.moment(alert.began_at),
        "ended": "" if alert.ended_at is None else writer.moment(alert.ended_at),
        "told": alert.times_told,
        "advice": words.advice if alert.ended_at is None else "",
    }
