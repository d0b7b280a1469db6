"""calltouch config: the settings in force and where each came from."""

from datetime import time
from typing import Any

import click

from calltouch.cli.output import json_option, print_json, print_table
from receiver.settings.registry import (
    CHANNEL_SETTINGS,
    HOST_SETTINGS,
    MAIL_SETTINGS,
    SETTINGS,
    SITE_SETTINGS,
    WEBHOOK_SETTINGS,
)
from receiver.settings.setting import Setting
from receiver.settings.settings import Settings


@click.command("config", epilog="Example: calltouch config --json")
@json_option
def command(as_json: bool) -> None:
    """Print every setting, its value and where it was read from. Secrets are masked."""
    rows = setting_rows(Settings.load())
    if as_json:
        print_json(rows)
    else:
        print_table(
            {"setting": r["setting"], "value": _short(r["value"]), "from": r["from"]} for r in rows
        )


def setting_rows(settings: Settings) -> list[dict[str, Any]]:
    rows = [_row("", setting, settings, settings.sources) for setting in SETTINGS]
    for name, webhook in settings.webhooks.items():
        rows += [_row(f"webhooks.{name}.", s, webhook, settings.sources) for s in WEBHOOK_SETTINGS]
    for site_id, site in settings.sites.items():
        rows += [_row(f"sites.{site_id}.", s, site, settings.sources) for s in SITE_SETTINGS]
    for name, mail in settings.mails.items():
        rows += [_row(f"mails.{name}.", s, mail, settings.sources) for s in MAIL_SETTINGS]
    for name, channel in settings.alerts.items():
        rows += [_row(f"alerts.{name}.", s, channel, settings.sources) for s in CHANNEL_SETTINGS]
    for name, host in settings.hosts.items():
        rows += [_row(f"hosts.{name}.", s, host, settings.sources) for s in HOST_SETTINGS]
    rows += [
        {
            "setting": f"secrets.{name}",
            "value": "********",
            "from": settings.sources[f"secrets.{name}"],
            "meaning": f"{{{{secret.{name}}}}} in flows",
        }
        for name in settings.secrets
    ]
    return rows


def _row(prefix: str, setting: Setting, values: object, sources: Any) -> dict[str, Any]:
    value = getattr(values, setting.name)
    if setting.secret and value is not None:
        value = "********"
    if setting.name in ("published_mode", "keyed_mode") and value is not None:
        value = f"{value:04o}"
    if isinstance(value, tuple):
        value = [_item(item) for item in value]
    name = prefix + setting.name
    return {"setting": name, "value": value, "from": sources[name], "meaning": setting.meaning}


def _item(item: object) -> str:
    if isinstance(item, time):
        return f"{item:%H:%M}"
    return " → ".join(item) if isinstance(item, tuple) else str(item)


def _short(value: Any) -> str:
    if value is None:
        return "not set"
    return ", ".join(value) if isinstance(value, list) else str(value)
