"""Register of settings: name, reader, default, meaning."""

from receiver.settings import kinds as kinds
from receiver.settings.keyed_file import KEYED_SETTINGS
from receiver.settings.parcels import PARCELS_SETTINGS
from receiver.settings.setting import Setting
from receiver.settings.sql import SQL_SETTINGS
from receiver.settings.store import STORE_SETTINGS

ALERT_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "alert_to",
        kinds.mail_addresses,
        "",
        "who is told by e-mail when something is wrong",
        formerly="flow_alert_to",
    ),
    Setting(
        "alert_pauses",
        kinds.durations,
        "15m,1h,6h,24h",
        "when they are told again while it goes on; the last one repeats",
        formerly="flow_alert_pauses",
    ),
    Setting(
        "alerts_per_hour",
        kinds.whole_number(1, 1000),
        20,
        "alerts to a channel in an hour at most, of which the last sums up the rest",
        formerly="flow_alerts_per_hour",
    ),
    Setting(
        "alert_quiet",
        kinds.hours_of_day,
        None,
        "hours in which only urgent alerts are told: 22:00-08:00",
    ),
    Setting("alert_language", kinds.one_of("ru", "en"), "ru", "language of the alerts"),
)

SETTINGS: tuple[Setting, ...] = (
    Setting("data_dir", kinds.path, "data", "directory for all data"),
    Setting("host", kinds.text, "0.0.0.0", "address the receiver listens on"),
    Setting("port", kinds.whole_number(0, 65535), 8000, "receiver port"),
    Setting("workers", kinds.whole_number(1, 64), 2, "receiver worker processes"),
    Setting("threads", kinds.whole_number(1, 256), 16, "threads per receiver worker"),
    Setting("dashboards_host", kinds.text, "127.0.0.1", "address the dashboards listen on"),
    Setting("dashboards_port", kinds.whole_number(0, 65535), 8001, "dashboards port"),
    Setting("dashboards_workers", kinds.whole_number(1, 64), 1, "dashboards worker processes"),
    Setting("dashboards_threads", kinds.whole_number(1, 64), 4, "threads per dashboards worker"),
    Setting("base_path", kinds.base_path, "", "path that everything is below, like /calltouch"),
    Setting("public_url", kinds.url, None, "the receiver's public URL, like https://leads.example"),
    Setting(
        "allowed_networks", kinds.networks, "92.118.66.0/23", "networks that may send webhooks"
    ),
    Setting(
        "allowlist",
        kinds.one_of("enforce", "warn"),
        "enforce",
        "enforce: refuse senders outside allowed_networks; warn: accept and log them",
    ),
    Setting("trusted_proxies", kinds.networks, "", "proxies whose X-Forwarded-For is trusted"),
    Setting(
        "metrics_networks", kinds.networks, "127.0.0.0/8,::1/128", "networks that may read /metrics"
    ),
    Setting(
        "webhook_secret",
        kinds.text,
        None,
        "required value of ?secret= in the webhook URL",
        secret=True,
    ),
    Setting(
        "max_body_bytes",
        kinds.whole_number(1024, 1 << 30),
        16 << 20,
        "largest accepted body; larger ones are answered 413",
    ),
    Setting("timezone", kinds.time_zone, "Europe/Moscow", "time zone of the Calltouch account"),
    Setting("publish_seconds", kinds.seconds, 1, "minimum seconds between two publications"),
    Setting("api_url", kinds.url, "https://api.calltouch.ru", "URL of the Calltouch API"),
    Setting("api_token", kinds.text, None, "Calltouch API token", secret=True),
    Setting("site_ids", kinds.site_ids, "", "IDs of the Calltouch sites to fetch from the API"),
    Setting("api_per_second", kinds.whole_number(1, 5), 4, "maximum API requests per second"),
    Setting(
        "api_points_per_day",
        kinds.whole_number(1, 10**9),
        None,
        "maximum API requests per day and site; Calltouch limits each site separately",
    ),
    Setting(
        "api_request_models",
        kinds.request_models,
        "1",
        "attribution models to fetch requests in; 1,0 doubles the API requests and does not work "
        "for every account",
    ),
    Setting("resync_at", kinds.time_of_day, None, "time of the daily resync run by serve"),
    Setting("resync_days", kinds.whole_number(1, 366), 10, "days the daily resync covers"),
    Setting("backup_to", kinds.path, None, "directory of the backups, on another disk at best"),
    Setting("backup_at", kinds.time_of_day, None, "time of the daily backup made by serve"),
    Setting("backup_keep", kinds.whole_number(1, 10_000), 7, "how many backups are kept"),
    Setting("person_key_file", kinds.path, None, "where person.key lies, if not in data_dir"),
    Setting(
        "keep_raw_days",
        kinds.whole_number(0, 36500),
        0,
        "days that deliveries are kept as they came; then only what was read of them. 0: always",
    ),
    Setting(
        "keep_persons_days",
        kinds.whole_number(0, 36500),
        0,
        "days that contacts, names, comments and unknown parameters are kept. 0: always",
    ),
    Setting(
        "keep_transcripts_days",
        kinds.whole_number(0, 36500),
        0,
        "days that transcripts of calls are kept. 0: always",
    ),
    Setting(
        "keep_recordings_days",
        kinds.whole_number(0, 36500),
        0,
        "days that links to recordings are kept. 0: always",
    ),
    Setting(
        "keep_addresses_days",
        kinds.whole_number(0, 36500),
        0,
        "days that IP addresses and user agents are kept. 0: always",
    ),
    Setting(
        "keep_audit_days",
        kinds.whole_number(0, 36500),
        0,
        "days that the access log is kept. 0: always",
    ),
    Setting("prune_at", kinds.time_of_day, "04:10", "time of day at which it ends"),
    Setting("smtp_host", kinds.text, None, "mail server for the reports"),
    Setting("smtp_port", kinds.whole_number(1, 65535), 587, "port of the mail server"),
    Setting(
        "smtp_security",
        kinds.one_of("starttls", "tls", "none"),
        "starttls",
        "encryption of the mail connection; use none only on a trusted network",
    ),
    Setting("smtp_user", kinds.text, None, "mail server user"),
    Setting("smtp_password", kinds.text, None, "password of that user", secret=True),
    Setting("mail_from", kinds.mail_address, None, "sender address of the reports"),
    Setting(
        "telegram_token",
        kinds.telegram_token,
        None,
        "token of the Telegram bot that sends reports and alerts",
        secret=True,
    ),
    Setting(
        "telegram_api_url",
        kinds.url,
        "https://api.telegram.org",
        "address of Telegram's API, or of a server of your own that passes it on",
    ),
    Setting("mcp_url", kinds.url, None, "the dashboards that calltouch mcp asks"),
    Setting("mcp_token", kinds.text, None, "token with which calltouch mcp asks", secret=True),
    Setting(
        "published_mode", kinds.read_mode, None, "file mode of calltouch.duckdb: 0400, 0440 or 0444"
    ),
    Setting("published_group", kinds.group, None, "group of calltouch.duckdb"),
    *KEYED_SETTINGS,
    *SQL_SETTINGS,
    *PARCELS_SETTINGS,
    *STORE_SETTINGS,
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
        "flow_retry_pauses",
        kinds.durations,
        "10s,1m,5m,15m,1h,3h,6h,12h",
        "how long a step waits for its next try; the last one repeats",
    ),
    Setting(
        "flow_look_after",
        kinds.moments,
        "2m,15m,30m",
        "when a request that may be in Calltouch is looked for, after it was sent",
    ),
    Setting(
        "callbacks_per_day",
        kinds.whole_number(0, 100_000),
        200,
        "callbacks that all flows together ask Calltouch for, in a day of the zone",
    ),
    Setting(
        "mail_allowed",
        kinds.host_names,
        "",
        "domains that a flow may mail to where a field says to whom: example.ru, *.example.ru",
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
    *ALERT_SETTINGS,
)

WEBHOOK_SETTINGS: tuple[Setting, ...] = (
    Setting("model", kinds.model, None, "attribution model, if the webhook does not send one"),
    Setting("rename", kinds.rename, {}, "renamed parameters → Calltouch's names"),
    Setting(
        "kind",
        kinds.one_of("leads", "deals", "chats"),
        None,
        "what the webhook sends; by default detected from the parameters",
    ),
    Setting(
        "secret", kinds.text, None, "secret of this webhook, instead of webhook_secret", secret=True
    ),
)

SITE_SETTINGS: tuple[Setting, ...] = (
    Setting("api_token", kinds.text, None, "API token of this site", secret=True),
)

HOST_SETTINGS: tuple[Setting, ...] = (
    Setting("at_once", kinds.whole_number(1, 64), None, "web requests of flows at a time"),
    Setting("per_second", kinds.frequency, None, "web requests of flows a second"),
    Setting("ca_file", kinds.path, None, "authorities that its certificate may be from"),
)

MAIL_SETTINGS: tuple[Setting, ...] = (
    Setting("page", kinds.text, "overview", "page to send"),
    Setting("to", kinds.mail_addresses, "", "recipients"),
    Setting("at", kinds.time_of_day, "09:00", "time of day, in the configured time zone"),
    Setting("days", kinds.weekdays, "mon,tue,wed,thu,fri,sat,sun", "days of the week"),
    Setting("query", kinds.query, "", "filters, as in the page's URL: period=7d"),
    Setting("language", kinds.one_of("ru", "en"), "ru", "language of the page"),
)

CHANNEL_SETTINGS: tuple[Setting, ...] = (
    Setting("to", kinds.mail_addresses, "", "recipients of e-mail"),
    Setting("telegram_token", kinds.text, None, "token of a bot of its own", secret=True),
    Setting("telegram_chat", kinds.chat, None, "chat that the bot writes to"),
    Setting("url", kinds.url, None, "HTTP address that is sent JSON", secret=True),
    Setting("signature_key", kinds.text, None, "key that the JSON is signed with", secret=True),
    Setting("kinds", kinds.alert_kinds, "", "kinds or areas of alerts; all by default"),
    Setting("quiet", kinds.hours_of_day, None, "instead of alert_quiet: 22:00-08:00"),
    Setting("language", kinds.one_of("ru", "en"), None, "instead of alert_language"),
)
