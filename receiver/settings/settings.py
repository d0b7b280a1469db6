"""Everything that can be set, read once into one typed, frozen object.

In ascending precedence: defaults, `calltouch.toml`, environment (`CALLTOUCH_…`), command line.
A secret may be read from a file: `CALLTOUCH_WEBHOOK_SECRET_FILE`, or `webhook_secret_file` in TOML.
"""

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any

from receiver.settings.kinds import WEBHOOK_NAME, Network
from receiver.settings.registry import (
    MAIL_SETTINGS,
    SETTINGS,
    SITE_SETTINGS,
    WEBHOOK_SETTINGS,
    Setting,
)
from receiver.settings.sources import PREFIX as PREFIX
from receiver.settings.sources import read_file, read_variables


class SettingsError(ValueError):
    """An unknown key or an invalid value; the text names it and how to fix it."""


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
class Settings:
    data_dir: Path
    host: str
    port: int
    workers: int
    threads: int
    dashboards_host: str
    dashboards_port: int
    dashboards_workers: int
    dashboards_threads: int
    public_url: str | None
    allowed_networks: tuple[Network, ...]
    allowlist: str
    trusted_proxies: tuple[Network, ...]
    metrics_networks: tuple[Network, ...]
    webhook_secret: str | None = field(repr=False)
    max_body_bytes: int
    timezone: str
    publish_seconds: float
    api_url: str
    api_token: str | None = field(repr=False)
    site_ids: tuple[int, ...]
    api_per_second: int
    api_points_per_day: int | None
    api_request_models: tuple[int | None, ...]
    resync_at: time | None
    resync_days: int
    smtp_host: str | None
    smtp_port: int
    smtp_security: str
    smtp_user: str | None
    smtp_password: str | None = field(repr=False)
    mail_from: str | None
    published_mode: int | None
    published_group: str | None
    webhooks: Mapping[str, WebhookSettings]
    sites: Mapping[int, SiteSettings]
    mails: Mapping[str, MailSettings]
    sources: Mapping[str, str] = field(repr=False, compare=False)
    service_links: tuple[str, ...] = field(default=(), repr=False, compare=False)

    @classmethod
    def load(
        cls,
        environ: Mapping[str, str] | None = None,
        overrides: Mapping[str, object] | None = None,
    ) -> "Settings":
        """Read the settings in force. Raises `SettingsError`.

        `overrides` are command-line options by setting name; None means not given.
        """
        given = read_variables(os.environ if environ is None else environ)
        document, origin = _read_toml(given.values)
        _refuse_unknown_variables(given.values)
        values, sources = _read_table(SETTINGS, document, origin, given.values, overrides or {})
        for setting in SETTINGS:
            if PREFIX + setting.name.upper() in given.service_links:
                sources[setting.name] += f"; {PREFIX}{setting.name.upper()} is a service link"
        tables = {name: document.pop(name, {}) for name in ("webhooks", "sites", "mails")}
        _refuse_unknown_keys(document, [setting.name for setting in SETTINGS], origin, "")
        webhooks = _read_webhooks(tables["webhooks"], origin, sources)
        sites = _read_sites(tables["sites"], origin, sources)
        mails = _read_mails(tables["mails"], origin, sources)
        if mails and not (values["smtp_host"] and values["mail_from"]):
            raise SettingsError(f"[mails.…] in {origin} need smtp_host and mail_from")
        return cls(
            **values,
            webhooks=webhooks,
            sites=sites,
            mails=mails,
            sources=sources,
            service_links=given.service_links,
        )

    def webhook(self, name: str) -> WebhookSettings:
        return self.webhooks.get(name, WebhookSettings())

    def secret_of(self, webhook: str) -> str | None:
        """The secret that deliveries of this webhook must carry, or None where none is set."""
        return self.webhook(webhook).secret or self.webhook_secret


def _read_toml(environ: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    named = environ.get(PREFIX + "CONFIG")
    path = Path(named or "calltouch.toml")
    try:
        return tomllib.loads(read_file(path)), str(path)
    except FileNotFoundError:
        if named:
            raise SettingsError(f"CALLTOUCH_CONFIG names {path}, which does not exist") from None
        return {}, str(path)
    except (OSError, ValueError) as error:
        raise SettingsError(f"cannot read {path}: {error}") from error


def _read_table(
    settings: tuple[Setting, ...],
    document: dict[str, Any],
    origin: str,
    environ: Mapping[str, str],
    overrides: Mapping[str, object],
) -> tuple[dict[str, Any], dict[str, str]]:
    """Take the known settings out of `document`; what remains is unknown."""
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for setting in settings:
        raw, source = _find(setting, document, origin, environ, overrides)
        sources[setting.name] = source
        try:
            values[setting.name] = None if raw is None else setting.read(raw)
        except ValueError as error:
            given = "" if setting.secret else f", not {raw!r}"
            raise SettingsError(f"{setting.name} ({source}) must be {error}{given}") from None
    return values, sources


def _find(
    setting: Setting,
    document: dict[str, Any],
    origin: str,
    environ: Mapping[str, str],
    overrides: Mapping[str, object],
) -> tuple[object, str]:
    """The raw value with the highest precedence, and its source."""
    in_file = document.pop(setting.name, None)
    named_file = document.pop(setting.name + "_file", None) if setting.secret else None
    variable = PREFIX + setting.name.upper()
    if overrides.get(setting.name) is not None:
        return overrides[setting.name], "command line"
    if environ.get(variable):
        return environ[variable], variable
    if setting.secret and environ.get(variable + "_FILE"):
        return _read_secret(environ[variable + "_FILE"], variable + "_FILE"), variable + "_FILE"
    if in_file is not None:
        return in_file, origin
    if named_file is not None:
        return _read_secret(named_file, setting.name + "_file"), f"{origin}, {setting.name}_file"
    return setting.default, "default"


def _read_secret(named: object, key: str) -> str:
    try:
        return read_file(Path(str(named))).strip()
    except (OSError, ValueError) as error:
        raise SettingsError(f"cannot read the file named by {key}: {error}") from None


def _read_webhooks(
    tables: object, origin: str, sources: dict[str, str]
) -> dict[str, WebhookSettings]:
    webhooks = {}
    for name, table in _tables(tables, origin, "webhooks").items():
        where = f"webhooks.{name}"
        if not WEBHOOK_NAME.fullmatch(name):
            raise SettingsError(
                f"[{where}] in {origin}: a webhook name is 1 to 64 of A-Z a-z 0-9 _ -"
            )
        values, read_from = _read_table(WEBHOOK_SETTINGS, table, origin, {}, {})
        _refuse_unknown_keys(table, [s.name for s in WEBHOOK_SETTINGS], origin, where)
        sources.update({f"{where}.{key}": source for key, source in read_from.items()})
        webhooks[name] = WebhookSettings(**values)
    return webhooks


def _read_sites(tables: object, origin: str, sources: dict[str, str]) -> dict[int, SiteSettings]:
    sites = {}
    for name, table in _tables(tables, origin, "sites").items():
        where = f"sites.{name}"
        if not name.isdecimal():
            raise SettingsError(f"[{where}] in {origin}: use the Calltouch site ID as the name")
        values, read_from = _read_table(SITE_SETTINGS, table, origin, {}, {})
        _refuse_unknown_keys(table, [s.name for s in SITE_SETTINGS], origin, where)
        sources.update({f"{where}.{key}": source for key, source in read_from.items()})
        sites[int(name)] = SiteSettings(**values)
    return sites


def _read_mails(tables: object, origin: str, sources: dict[str, str]) -> dict[str, MailSettings]:
    mails = {}
    for name, table in _tables(tables, origin, "mails").items():
        where = f"mails.{name}"
        values, read_from = _read_table(MAIL_SETTINGS, table, origin, {}, {})
        _refuse_unknown_keys(table, [s.name for s in MAIL_SETTINGS], origin, where)
        if not values["to"]:
            raise SettingsError(f"[{where}] in {origin}: `to` is empty")
        sources.update({f"{where}.{key}": source for key, source in read_from.items()})
        mails[name] = MailSettings(**values)
    return mails


def _tables(tables: object, origin: str, name: str) -> dict[str, dict[str, Any]]:
    if not isinstance(tables, dict) or not all(isinstance(t, dict) for t in tables.values()):
        raise SettingsError(f"{name} in {origin} must be tables like [{name}.<name>]")
    return tables


def _refuse_unknown_keys(left: dict[str, Any], known: list[str], origin: str, where: str) -> None:
    for key in left:
        table = f"[{where}] in {origin}" if where else origin
        raise SettingsError(f"{table}: unknown setting {key!r}{_did_you_mean(key, known)}")


def _refuse_unknown_variables(environ: Mapping[str, str]) -> None:
    known = [PREFIX + "CONFIG"]
    for setting in SETTINGS:
        known.append(PREFIX + setting.name.upper())
        if setting.secret:
            known.append(PREFIX + setting.name.upper() + "_FILE")
    for key in environ:
        if key not in known:
            raise SettingsError(f"unknown setting {key}{_did_you_mean(key.upper(), known)}")


def _did_you_mean(key: str, known: list[str]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {close[0]}?" if close else "; `calltouch config` lists all settings"
