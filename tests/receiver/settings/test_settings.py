from datetime import time
from pathlib import Path

import pytest

from receiver.settings.registry import SETTINGS
from receiver.settings.settings import PREFIX, Settings, SettingsError


def write(directory: Path, text: str) -> dict[str, str]:
    path = directory / "calltouch.toml"
    path.write_text(text, encoding="utf-8")
    return {"CALLTOUCH_CONFIG": str(path)}


def test_defaults_are_those_of_the_contract(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.load({})
    assert [str(network) for network in settings.allowed_networks] == ["92.118.66.0/23"]
    assert settings.timezone == "Europe/Moscow"
    assert settings.dashboards_host == "127.0.0.1"
    assert settings.dashboards_port == 8001
    assert settings.data_dir == Path("data")
    assert settings.api_url == "https://api.calltouch.ru"
    assert settings.trusted_proxies == ()
    assert settings.max_body_bytes == 16 * 1024 * 1024


def test_environment_beats_the_file_and_options_beat_both(tmp_path: Path) -> None:
    environ = write(tmp_path, "port = 8010\nworkers = 3\nthreads = 5\n")
    environ |= {"CALLTOUCH_WORKERS": "4", "CALLTOUCH_THREADS": "6"}
    settings = Settings.load(environ, {"threads": "7", "port": None})
    assert (settings.port, settings.workers, settings.threads) == (8010, 4, 7)
    assert settings.sources["port"].endswith("calltouch.toml")
    assert settings.sources["workers"] == "CALLTOUCH_WORKERS"
    assert settings.sources["threads"] == "command line"
    assert settings.sources["host"] == "default"


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    settings = Settings.load({"CALLTOUCH_WEBHOOK_SECRET_FILE": str(tmp_path / "secret")})
    assert settings.webhook_secret == "s3cret"
    environ = write(tmp_path, f'api_token_file = "{tmp_path / "secret"}"\n')
    assert Settings.load(environ).api_token == "s3cret"


def test_secrets_are_not_in_the_text_of_the_settings(tmp_path: Path) -> None:
    environ = write(tmp_path, 'webhook_secret = "hidden-1"\n[webhooks.a]\nsecret = "hidden-2"\n')
    settings = Settings.load(environ | {"CALLTOUCH_API_TOKEN": "hidden-3"})
    assert "hidden" not in repr(settings)


def test_webhooks_have_their_own_model_renames_and_secret(tmp_path: Path) -> None:
    environ = write(
        tmp_path,
        """
        webhook_secret = "for all"
        [webhooks.last-touch]
        model = 0
        rename = {client_phone = "callerphone"}
        secret = "its own"
        [sites.10001]
        api_token = "token"
        """,
    )
    settings = Settings.load(environ)
    assert settings.webhook("last-touch").model == 0
    assert dict(settings.webhook("last-touch").rename) == {"client_phone": "callerphone"}
    assert settings.secret_of("last-touch") == "its own"
    assert settings.secret_of("default") == "for all"
    assert settings.webhook("another").model is None
    assert settings.sites[10001].api_token == "token"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("portt = 1", "unknown setting 'portt'; did you mean port?"),
        ("port = 'x'", "port .* must be a whole number from 0 to 65535, not 'x'"),
        ("port = true", "must be a whole number"),
        ("timezone = 'Moscow/Europe'", "a time zone name"),
        ("allowed_networks = ['10.0.0.1/8']", "has host bits set"),
        ("allowlist = 'off'", "enforce or warn"),
        ("public_url = 'leads.example'", "starts with http"),
        ("publish_seconds = -1", "a number of seconds"),
        ("site_ids = 'a'", "Calltouch site IDs"),
        ("flow_look_after = '15m,2m'", "each later than the one before"),
        ("flow_look_after = '2m,x'", "each later than the one before"),
        ("webhooks = 1", r"tables like \[webhooks.<name>\]"),
        ("[webhooks.'a b']\n", "1 to 64 of"),
        ("[webhooks.a]\nmodell = 1", r"\[webhooks.a\] .*did you mean model\?"),
        ("[webhooks.a]\nmodel = 2", "last non-direct"),
        ("[webhooks.a]\nrename = 'x'", "a table like"),
        ("[webhooks.a]\nkind = 'lead'", "leads or deals or chats"),
        ("[sites.x]\n", "use the Calltouch site ID"),
        ("port = ", "cannot read"),
        ("api_token_file = '/nowhere'", "cannot read"),
    ],
)
def test_what_cannot_be_used_stops_the_start_and_says_why(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        Settings.load(write(tmp_path, text))


def test_unknown_variables_stop_the_start() -> None:
    with pytest.raises(SettingsError, match="CALLTOUCH_PROT; did you mean CALLTOUCH_PORT"):
        Settings.load({"CALLTOUCH_PROT": "1"})


def test_a_named_file_must_exist() -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        Settings.load({"CALLTOUCH_CONFIG": "/nowhere/calltouch.toml"})


def test_a_bad_secret_is_not_repeated_in_the_message() -> None:
    with pytest.raises(SettingsError) as raised:
        Settings.load({"CALLTOUCH_WEBHOOK_SECRET": " "})
    assert "' '" not in str(raised.value)


def test_every_setting_can_come_from_the_environment() -> None:
    examples = {
        "data_dir": "/tmp/x", "host": "::1", "port": "1", "workers": "1", "threads": "1",
        "dashboards_host": "::1", "dashboards_port": "2", "dashboards_workers": "1",
        "dashboards_threads": "1", "public_url": "https://a.example/", "base_path": "/a",
        "allowed_networks": "10.0.0.0/8, 192.0.2.0/24", "allowlist": "warn",
        "trusted_proxies": "10.0.0.1", "metrics_networks": "10.0.0.0/8", "webhook_secret": "a",
        "max_body_bytes": "2048", "timezone": "Asia/Almaty", "publish_seconds": "2.5",
        "api_url": "http://127.0.0.1:1", "api_token": "b", "site_ids": "1, 2",
            "api_per_second": "2", "api_points_per_day": "500", "api_request_models": "1,0",
            "resync_at": "4:30", "person_key_file": "/tmp/person.key",
            "backup_to": "/tmp/backups", "backup_at": "03:15", "backup_keep": "14",
            "keep_raw_days": "30", "keep_persons_days": "1095", "keep_transcripts_days": "180",
            "keep_recordings_days": "90", "keep_addresses_days": "60", "keep_audit_days": "365",
            "prune_at": "02:20",
            "resync_days": "3", "smtp_host": "mail.example", "smtp_port": "25",
                "smtp_security": "tls", "smtp_user": "reports", "smtp_password": "c",
                "mail_from": "reports@leads.example",
                "telegram_token": "123456:AbC-d", "telegram_api_url": "http://127.0.0.1:2",
                "mcp_url": "https://leads.example", "mcp_token": "an-agent",
                "published_mode": "0444",
                "published_group": "0", "keyed_seconds": "600", "keyed_mode": "0444",
                "keyed_group": "0", "sql_seconds": "60", "sql_rows": "500", "sql_memory": "256",
                "parcels": "host=127.0.0.1 dbname=parcels", "parcels_role": "ship",
                "host_name": "Moscow-1", "parcels_kept": "7",
                "store": "ducklake:postgres:host=db.example dbname=calltouch", "store_data": "lake",
                "store_password": "p",
                "flows_dir": "/tmp/flows", "flow_threads": "4",
                "flow_at_once_per_host": "3", "flow_retry_pauses": "5s, 1m",
                "flow_allowed_ports": "443, 8080",
                "flow_allowed_networks": "192.168.1.10/32",
                "flow_allowed_hosts": "crm.example.ru, *.example.com",
                "flow_look_after": "90s, 1h, 2d", "callbacks_per_day": "50",
                "mail_allowed": "example.ru, *.example.ru",
                "flow_body_days": "7", "flow_history_days": "30",
                "flow_history_max_bytes": "1073741824", "alert_to": "anna@leads.example",
                "alert_pauses": "10m, 1d", "alerts_per_hour": "5",
                "alert_quiet": "22:00-08:00", "alert_language": "en",
    }  # fmt: skip
    assert set(examples) == {setting.name for setting in SETTINGS}
    settings = Settings.load({PREFIX + name.upper(): text for name, text in examples.items()})
    assert settings.site_ids == (1, 2)
    assert settings.public_url == "https://a.example"
    assert settings.flow_allowed_ports == (443, 8080)
    assert settings.flow_retry_pauses == (5, 60)
    assert settings.flow_look_after == (90, 3_600, 172_800)
    assert settings.alert_pauses == (600, 86_400)
    assert settings.alert_quiet == (time(22), time(8))
    assert len(settings.allowed_networks) == 2
    assert settings.backup_at == time(3, 15)


def test_a_daily_backup_needs_a_place() -> None:
    with pytest.raises(SettingsError, match="backup_to"):
        Settings.load({"CALLTOUCH_BACKUP_AT": "03:15"})


def test_alerts_need_a_mail_server() -> None:
    with pytest.raises(SettingsError, match="smtp_host"):
        Settings.load({"CALLTOUCH_ALERT_TO": "anna@leads.example"})
    with pytest.raises(SettingsError, match="15m"):
        Settings.load({"CALLTOUCH_ALERT_PAUSES": "soon"})


def test_a_setting_is_read_by_its_older_name_too(tmp_path: Path) -> None:
    """Where the newer one is not set."""
    mail = {"CALLTOUCH_SMTP_HOST": "mail.example", "CALLTOUCH_MAIL_FROM": "a@leads.example"}
    older = {"CALLTOUCH_FLOW_ALERT_TO": "anna@leads.example", **mail}
    settings = Settings.load(older)
    assert settings.alert_to == ("anna@leads.example",)
    assert settings.sources["alert_to"] == "CALLTOUCH_FLOW_ALERT_TO"
    file = tmp_path / "calltouch.toml"
    file.write_text('flow_alerts_per_hour = 3\nalert_to = "boris@leads.example"\n')
    settings = Settings.load({"CALLTOUCH_CONFIG": str(file), **older})
    assert settings.alerts_per_hour == 3
    assert settings.alert_to == ("boris@leads.example",)


CHANNELS = """
[alerts.phone]
telegram_token = "12:abc"
telegram_chat = -1001
kinds = ["installation", "silence"]
quiet = "23:00-07:00"

[alerts.pager]
url = "https://pager.example/hook"
signature_key = "s3cret"
language = "en"
"""


def test_channels_of_alerts(tmp_path: Path) -> None:
    file = tmp_path / "calltouch.toml"
    file.write_text(CHANNELS)
    settings = Settings.load({"CALLTOUCH_CONFIG": str(file)})
    phone, pager = settings.alerts["phone"], settings.alerts["pager"]
    assert (phone.telegram_chat, phone.kinds) == ("-1001", ("installation", "silence"))
    assert phone.quiet == (time(23), time(7))
    assert (pager.url, pager.language) == ("https://pager.example/hook", "en")
    assert "s3cret" not in repr(settings)
    assert "12:abc" not in repr(settings)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("", "needs one of"),
        ('telegram_token = "12:abc"', "needs telegram_chat"),
        ('url = "https://a.example"\nto = "a@leads.example"', "needs one of"),
        ('url = "https://a.example"\nkinds = "weather"', "silence"),
        ('url = "https://a.example"\nquiet = "22:00"', "22:00-08:00"),
        ('to = "a@leads.example"', "smtp_host"),
    ],
)
def test_a_channel_that_cannot_work_stops_the_start(tmp_path: Path, table: str, words: str) -> None:
    file = tmp_path / "calltouch.toml"
    file.write_text(f"[alerts.phone]\n{table}\n")
    with pytest.raises(SettingsError, match=words):
        Settings.load({"CALLTOUCH_CONFIG": str(file)})
