"""The tables of `calltouch.toml`: webhooks, sites, mails, and of flows hosts and secrets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any

from analytics.alerts.rule import AlertRule, BadRule, rule_of
from receiver.settings.kinds import WEBHOOK_NAME
from receiver.settings.reading import SettingsError, read_secret, read_table, refuse_unknown_keys
from receiver.settings.registry import (
    CHANNEL_SETTINGS,
    HOST_SETTINGS,
    MAIL_SETTINGS,
    SITE_SETTINGS,
    WEBHOOK_SETTINGS,
)

_SECRET_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_HOST_NAME = re.compile(r"(\*\.)?[a-z0-9][a-z0-9.:-]{0,252}")
_FILE = "_file"


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    model: int | None = None
    rename: tuple[tuple[str, str], ...] = ()
    kind: str | None = None
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SiteSettings:
    api_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class MailSettings:
    """A page sent by e-mail. `days`: weekdays, Monday is 0."""

    page: str
    to: tuple[str, ...]
    at: time
    days: tuple[int, ...]
    query: str
    language: str


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """Where alerts go: `to` by e-mail, or to a chat of Telegram, or to `url`. `kinds`: of alerts
    and areas; none: all. None of `quiet` and `language`: as for all."""

    to: tuple[str, ...] = ()
    telegram_token: str | None = field(default=None, repr=False)
    telegram_chat: str | None = None
    url: str | None = field(default=None, repr=False)
    signature_key: str | None = field(default=None, repr=False)
    kinds: tuple[str, ...] = ()
    quiet: tuple[time, time] | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class HostSettings:
    """Of a host that flows send to; None is as usual. `ca_file`: instead of the usual
    authorities."""

    at_once: int | None = None
    per_second: float | None = None
    ca_file: Path | None = None


def read_webhooks(
    tables: object, origin: str, sources: dict[str, str]
) -> dict[str, WebhookSettings]:
    webhooks = {}
    for name, table in _tables(tables, origin, "webhooks").items():
        where = f"webhooks.{name}"
        if not WEBHOOK_NAME.fullmatch(name):
            raise SettingsError(
                f"[{where}] in {origin}: a webhook name is 1 to 64 of A-Z a-z 0-9 _ -"
            )
        values, read_from = read_table(WEBHOOK_SETTINGS, table, origin, {}, {})
        refuse_unknown_keys(table, [s.name for s in WEBHOOK_SETTINGS], origin, where)
        sources.update({f"{where}.{key}": source for key, source in read_from.items()})
        webhooks[name] = WebhookSettings(**values)
    return webhooks


def read_sites(tables: object, origin: str, sources: dict[str, str]) -> dict[int, SiteSettings]:
    sites = {}
    for name, table in _tables(tables, origin, "sites").items():
        where = f"sites.{name}"
        if not name.isdecimal():
            raise SettingsError(f"[{where}] in {origin}: use the Calltouch site ID as the name")
        values, read_from = read_table(SITE_SETTINGS, table, origin, {}, {})
        refuse_unknown_keys(table, [s.name for s in SITE_SETTINGS], origin, where)
        sources.update({f"{where}.{key}": source for key, source in read_from.items()})
        sites[int(name)] = SiteSettings(**values)
    return sites


def read_mails(tables: object, origin: str, sources: dict[str, str]) -> dict[str, MailSettings]:
    mails = {}
    for name, table in _tables(tables, origin, "mails").items():
        where = f"mails.{name}"
        values, read_from = read_table(MAIL_SETTINGS, table, origin, {}, {})
        refuse_unknown_keys(table, [s.name for s in MAIL_SETTINGS], origin, where)
        if not values["to"]:
            raise SettingsError(f"[{where}] in {origin}: `to` is empty")
        sources.update({f"{where}.{key}": source for key, source in read_from.items()})
        mails[name] = MailSettings(**values)
    return mails


def read_channels(
    tables: object, origin: str, sources: dict[str, str]
) -> dict[str, ChannelSettings]:
    """`[alerts.<name>]`: each one way out."""
    channels = {}
    for name, table in _tables(tables, origin, "alerts").items():
        where = f"alerts.{name}"
        values, read_from = read_table(CHANNEL_SETTINGS, table, origin, {}, {})
        refuse_unknown_keys(table, [s.name for s in CHANNEL_SETTINGS], origin, where)
        if values["telegram_token"] and not values["telegram_chat"]:
            raise SettingsError(f"[{where}] in {origin}: telegram_token needs telegram_chat")
        if sum(bool(values[way]) for way in ("to", "telegram_chat", "url")) != 1:
            raise SettingsError(f"[{where}] in {origin} needs one of to, telegram_chat and url")
        sources.update({f"{where}.{key}": source for key, source in read_from.items()})
        channels[name] = ChannelSettings(**values)
    return channels


def read_rules(tables: object, origin: str) -> dict[str, AlertRule]:
    """`[alert_rules.<name>]`: a number of a report that is watched."""
    rules = {}
    for name, table in _tables(tables, origin, "alert_rules").items():
        try:
            rules[name] = rule_of(name, table)
        except BadRule as error:
            raise SettingsError(f"[alert_rules.{name}] in {origin}: {error}") from error
    return rules


def read_hosts(tables: object, origin: str, sources: dict[str, str]) -> dict[str, HostSettings]:
    """`[hosts."crm.example.ru"]`; `*.example.ru` is every name below it."""
    hosts = {}
    for name, table in _tables(tables, origin, "hosts").items():
        where = f'hosts."{name}"'
        if not _HOST_NAME.fullmatch(name.lower()):
            raise SettingsError(f"[{where}] in {origin}: a host is like crm.example.ru")
        values, read_from = read_table(HOST_SETTINGS, table, origin, {}, {})
        refuse_unknown_keys(table, [s.name for s in HOST_SETTINGS], origin, where)
        if values["ca_file"] is not None and not values["ca_file"].is_file():
            raise SettingsError(f"[{where}] in {origin}: there is no file {values['ca_file']}")
        sources.update({f"hosts.{name}.{key}": source for key, source in read_from.items()})
        hosts[name.lower()] = HostSettings(**values)
    return hosts


def read_secrets(table: object, origin: str, sources: dict[str, str]) -> Mapping[str, str]:
    """`[secrets]`: `crm = "…"`, or `crm_file = "/run/secrets/crm"`; in flows `{{secret.crm}}`."""
    if not isinstance(table, dict):
        raise SettingsError(f"secrets in {origin} must be a table [secrets]")
    secrets = {}
    for key, value in table.items():
        name = key.removesuffix(_FILE)
        if not _SECRET_NAME.fullmatch(name):
            raise SettingsError(
                f"[secrets] in {origin}: {key!r} is no name; use letters, digits, _ -"
            )
        if not isinstance(value, str) or not value.strip():
            raise SettingsError(f"[secrets] in {origin}: {key} must be text that is not empty")
        secrets[name] = read_secret(value, key) if key.endswith(_FILE) else value.strip()
        sources[f"secrets.{name}"] = f"{origin}, {key}" if key.endswith(_FILE) else origin
    return secrets


def _tables(tables: object, origin: str, name: str) -> dict[str, dict[str, Any]]:
    if not isinstance(tables, dict) or not all(isinstance(t, dict) for t in tables.values()):
        raise SettingsError(f"{name} in {origin} must be tables like [{name}.<name>]")
    return tables
