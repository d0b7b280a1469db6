"""The settings there are: the name, how it reads, its default, what it means."""

from collections.abc import Callable
from dataclasses import dataclass

from receiver.settings import kinds as kinds


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    read: Callable[[object], object]
    default: object
    meaning: str
    secret: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("data_dir", kinds.path, "data", "where everything is kept"),
    Setting("host", kinds.text, "0.0.0.0", "address the receiver listens on"),
    Setting("port", kinds.whole_number(0, 65535), 8000, "port of the receiver"),
    Setting("workers", kinds.whole_number(1, 64), 2, "worker processes of the receiver"),
    Setting("threads", kinds.whole_number(1, 256), 16, "threads of each receiver worker"),
    Setting("dashboards_host", kinds.text, "127.0.0.1", "address the dashboards listen on"),
    Setting("dashboards_port", kinds.whole_number(0, 65535), 8001, "port of the dashboards"),
    Setting("dashboards_workers", kinds.whole_number(1, 64), 1, "worker processes of the pages"),
    Setting("dashboards_threads", kinds.whole_number(1, 64), 4, "threads of each of them"),
    Setting(
        "public_url", kinds.url, None, "how the world reaches the receiver: https://leads.example"
    ),
    Setting(
        "allowed_networks", kinds.networks, "92.118.66.0/23", "networks that may send webhooks"
    ),
    Setting(
        "allowlist",
        kinds.one_of("enforce", "warn"),
        "enforce",
        "warn: accept the rest, but note it",
    ),
    Setting(
        "trusted_proxies", kinds.networks, "", "proxies whose X-Forwarded-For is to be believed"
    ),
    Setting(
        "metrics_networks", kinds.networks, "127.0.0.0/8,::1/128", "peers that may read /metrics"
    ),
    Setting(
        "webhook_secret",
        kinds.text,
        None,
        "what ?secret= in the webhook's URL must be",
        secret=True,
    ),
    Setting(
        "max_body_bytes",
        kinds.whole_number(1024, 1 << 30),
        16 << 20,
        "largest body that is accepted; above it the answer is 413",
    ),
    Setting("timezone", kinds.time_zone, "Europe/Moscow", "zone of Calltouch's local times"),
    Setting("publish_seconds", kinds.seconds, 1, "least time between two published files"),
    Setting("api_url", kinds.url, "https://api.calltouch.ru", "Calltouch's API"),
    Setting("api_token", kinds.text, None, "token of that API", secret=True),
    Setting("site_ids", kinds.site_ids, "", "Calltouch sites to ask the API for"),
    Setting("api_per_second", kinds.whole_number(1, 5), 4, "most web requests a second to it"),
    Setting(
        "api_points_per_day",
        kinds.whole_number(1, 10**9),
        None,
        "web requests a day and site at most; Calltouch gives each site its own number",
    ),
    Setting(
        "api_request_models",
        kinds.request_models,
        "1",
        "1,0 asks the requests export for both attribution models, which not every account "
        "is answered, and doubles its requests",
    ),
    Setting("resync_at", kinds.time_of_day, None, "when serve resyncs the last days, every day"),
    Setting("resync_days", kinds.whole_number(1, 366), 10, "how many days that is"),
    Setting("smtp_host", kinds.text, None, "mail server that sends the reports"),
    Setting("smtp_port", kinds.whole_number(1, 65535), 587, "its port"),
    Setting(
        "smtp_security",
        kinds.one_of("starttls", "tls", "none"),
        "starttls",
        "how the connection to it is encrypted; none only where nobody can listen",
    ),
    Setting("smtp_user", kinds.text, None, "user of the mail server"),
    Setting("smtp_password", kinds.text, None, "password of that user", secret=True),
    Setting("mail_from", kinds.mail_address, None, "whom the reports come from"),
    Setting(
        "published_mode", kinds.read_mode, None, "who may read calltouch.duckdb: 0400, 0440 or 0444"
    ),
    Setting("published_group", kinds.group, None, "group of calltouch.duckdb"),
    Setting(
        "flows_dir",
        kinds.path,
        None,
        "directory of the flows; data_dir/flows by default",
    ),
    Setting("flow_threads", kinds.whole_number(1, 64), 8, "threads that flows run in"),
    Setting(
        "flow_at_once_per_host",
        kinds.whole_number(1, 64),
        2,
        "web requests of flows to one host at a time",
    ),
    Setting(
        "flow_allowed_ports",
        kinds.ports,
        "80,443,8080,8443",
        "ports that flows may send to",
    ),
    Setting(
        "flow_allowed_networks",
        kinds.networks,
        "",
        "networks inside that flows may send to all the same: 192.168.1.10/32",
    ),
    Setting(
        "flow_allowed_hosts",
        kinds.host_names,
        "",
        "hosts that flows may send to; where there are any, to no others",
    ),
    Setting(
        "flow_body_days",
        kinds.whole_number(0, 3650),
        14,
        "days that what came in and was sent is kept, once it is done",
    ),
    Setting(
        "flow_history_days",
        kinds.whole_number(1, 36500),
        400,
        "days that it is known what became of an operation",
    ),
    Setting(
        "flow_history_max_bytes",
        kinds.whole_number(1 << 20, 1 << 44),
        2 << 30,
        "size of the flows' history; above it the oldest goes first",
    ),
    Setting("flow_alert_to", kinds.mail_addresses, "", "who is told when a flow fails"),
    Setting(
        "flow_alert_pauses",
        kinds.durations,
        "15m,1h,6h,24h",
        "when they are told again while it goes on; the last one repeats",
    ),
    Setting(
        "flow_alerts_per_hour",
        kinds.whole_number(1, 1000),
        20,
        "alerts of all flows in an hour at most; then one that sums up",
    ),
)

WEBHOOK_SETTINGS: tuple[Setting, ...] = (
    Setting("model", kinds.model, None, "its attribution model, where it does not send one"),
    Setting("rename", kinds.rename, {}, "the account's own parameter names → Calltouch's"),
    Setting(
        "kind",
        kinds.one_of("leads", "deals", "chats"),
        None,
        "what it sends; without it the parameters tell",
    ),
    Setting("secret", kinds.text, None, "its own secret instead of webhook_secret", secret=True),
)

SITE_SETTINGS: tuple[Setting, ...] = (
    Setting("api_token", kinds.text, None, "token of this site", secret=True),
)

MAIL_SETTINGS: tuple[Setting, ...] = (
    Setting("page", kinds.text, "overview", "the page that is sent"),
    Setting("to", kinds.mail_addresses, "", "who gets it"),
    Setting("at", kinds.time_of_day, "09:00", "when, in the configured zone"),
    Setting("days", kinds.weekdays, "mon,tue,wed,thu,fri,sat,sun", "on which days of the week"),
    Setting("query", kinds.query, "", "the slice, as it stands in the page's URL: period=7d"),
    Setting("language", kinds.one_of("ru", "en"), "ru", "ru or en"),
)
