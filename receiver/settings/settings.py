"""Everything that can be set, read once into one typed, frozen object.

In ascending precedence: defaults, `calltouch.toml`, environment (`CALLTOUCH_…`), command line.
A secret may be read from a file: `CALLTOUCH_WEBHOOK_SECRET_FILE`, or `webhook_secret_file` in TOML.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path

from analytics.alerts.rule import AlertRule
from analytics.lake.address import LakeAddress, lake_address
from receiver.settings.kinds import Network
from receiver.settings.reading import (
    SettingsError,
    read_table,
    read_toml,
    refuse_unknown_keys,
    refuse_unknown_variables,
)
from receiver.settings.registry import SETTINGS
from receiver.settings.sources import PREFIX, read_variables
from receiver.settings.tables import (
    ChannelSettings,
    HostSettings,
    MailSettings,
    SiteSettings,
    WebhookSettings,
    read_channels,
    read_hosts,
    read_mails,
    read_rules,
    read_secrets,
    read_sites,
    read_webhooks,
)

__all__ = ["PREFIX", "MailSettings", "Settings", "SettingsError", "SiteSettings", "WebhookSettings"]

TABLES = ("webhooks", "sites", "mails", "alerts", "alert_rules", "hosts", "secrets")


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
    base_path: str
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
    backup_to: Path | None
    backup_at: time | None
    backup_keep: int
    person_key_file: Path | None
    keep_raw_days: int
    keep_persons_days: int
    keep_transcripts_days: int
    keep_recordings_days: int
    keep_addresses_days: int
    keep_audit_days: int
    prune_at: time
    smtp_host: str | None
    smtp_port: int
    smtp_security: str
    smtp_user: str | None
    smtp_password: str | None = field(repr=False)
    mail_from: str | None
    telegram_token: str | None = field(repr=False)
    telegram_api_url: str
    mcp_url: str | None
    mcp_token: str | None = field(repr=False)
    published_mode: int | None
    published_group: str | None
    keyed_seconds: int
    keyed_mode: int | None
    keyed_group: str | None
    sql_seconds: int
    sql_rows: int
    sql_memory: int
    parcels: str | None = field(repr=False)
    parcels_role: str
    host_name: str | None
    parcels_kept: int
    store: str | None
    store_data: str | None
    store_password: str | None = field(repr=False)
    flows_dir: Path | None
    flow_threads: int
    flow_at_once_per_host: int
    flow_allowed_ports: tuple[int, ...]
    flow_allowed_networks: tuple[Network, ...]
    flow_allowed_hosts: tuple[str, ...]
    flow_retry_pauses: tuple[int, ...]
    flow_look_after: tuple[int, ...]
    callbacks_per_day: int
    mail_allowed: tuple[str, ...]
    flow_body_days: int
    flow_history_days: int
    flow_history_max_bytes: int
    alert_to: tuple[str, ...]
    alert_pauses: tuple[int, ...]
    alerts_per_hour: int
    alert_quiet: tuple[time, time] | None
    alert_language: str
    webhooks: Mapping[str, WebhookSettings]
    sites: Mapping[int, SiteSettings]
    mails: Mapping[str, MailSettings]
    alerts: Mapping[str, ChannelSettings]
    alert_rules: Mapping[str, AlertRule]
    hosts: Mapping[str, HostSettings]
    secrets: Mapping[str, str] = field(repr=False)
    sources: Mapping[str, str] = field(repr=False, compare=False)
    service_links: tuple[str, ...] = field(default=(), repr=False, compare=False)
    config_file: Path | None = field(default=None, repr=False, compare=False)

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
        document, origin = read_toml(given.values)
        refuse_unknown_variables(given.values)
        values, sources = read_table(SETTINGS, document, origin, given.values, overrides or {})
        for setting in SETTINGS:
            if PREFIX + setting.name.upper() in given.service_links:
                sources[setting.name] += f"; {PREFIX}{setting.name.upper()} is a service link"
        tables = {name: document.pop(name, {}) for name in TABLES}
        refuse_unknown_keys(document, [setting.name for setting in SETTINGS], origin, "")
        webhooks = read_webhooks(tables["webhooks"], origin, sources)
        sites = read_sites(tables["sites"], origin, sources)
        mails = read_mails(tables["mails"], origin, sources)
        alerts = read_channels(tables["alerts"], origin, sources)
        hosts = read_hosts(tables["hosts"], origin, sources)
        secrets = read_secrets(tables["secrets"], origin, sources)
        if mails and not (values["smtp_host"] and values["mail_from"]):
            raise SettingsError(f"[mails.…] in {origin} need smtp_host and mail_from")
        mailed = values["alert_to"] or any(channel.to for channel in alerts.values())
        if mailed and not (values["smtp_host"] and values["mail_from"]):
            raise SettingsError("alerts by e-mail (alert_to) need smtp_host and mail_from")
        for name, channel in alerts.items():
            if channel.telegram_chat and not (channel.telegram_token or values["telegram_token"]):
                raise SettingsError(f"[alerts.{name}] in {origin} needs telegram_token")
        _refuse_incomplete(values)
        return cls(
            **values,
            webhooks=webhooks,
            sites=sites,
            mails=mails,
            alerts=alerts,
            alert_rules=read_rules(tables["alert_rules"], origin),
            hosts=hosts,
            secrets=secrets,
            sources=sources,
            service_links=given.service_links,
            config_file=Path(origin) if Path(origin).is_file() else None,
        )

    @property
    def ships(self) -> bool:
        """Whether this host only receives, and hands over what it receives."""
        return self.parcels_role == "ship"

    @property
    def definitions_dir(self) -> Path:
        """Where the definitions of flows are."""
        return self.flows_dir or self.data_dir / "flows"

    @property
    def lake(self) -> LakeAddress | None:
        """None where the store is a file."""
        if self.store is None or self.store_data is None:
            return None
        return lake_address(self.store, self.store_data, self.store_password)

    def webhook(self, name: str) -> WebhookSettings:
        return self.webhooks.get(name, WebhookSettings())

    def secret_of(self, webhook: str) -> str | None:
        """The secret that deliveries of this webhook must carry, or None where none is set."""
        return self.webhook(webhook).secret or self.webhook_secret


def _refuse_incomplete(values: Mapping[str, object]) -> None:
    """What is set needs something else that is not."""
    if values["store"] and not values["store_data"]:
        raise SettingsError("store needs store_data: where the lake's files are to lie")
    if values["backup_at"] and not values["backup_to"]:
        raise SettingsError("backup_at needs backup_to: where the backups are to stand")
    if values["parcels_role"] == "ship" and not values["parcels"]:
        raise SettingsError("parcels_role = ship needs parcels: the PostgreSQL to hand over in")
