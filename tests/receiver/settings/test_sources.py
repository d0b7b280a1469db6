"""Settings as Docker, Kubernetes and editors hand them over."""

import codecs
from pathlib import Path

import pytest

from receiver.settings.settings import Settings, SettingsError
from receiver.settings.sources import read_variables, service_link_advice

OF_KUBERNETES = {
    "CALLTOUCH_SERVICE_HOST": "10.96.0.12",
    "CALLTOUCH_SERVICE_PORT": "8000",
    "CALLTOUCH_SERVICE_PORT_HTTP": "8000",
    "CALLTOUCH_PORT": "tcp://10.96.0.12:8000",
    "CALLTOUCH_PORT_8000_TCP": "tcp://10.96.0.12:8000",
    "CALLTOUCH_PORT_8000_TCP_PROTO": "tcp",
    "CALLTOUCH_PORT_8000_TCP_PORT": "8000",
    "CALLTOUCH_PORT_8000_TCP_ADDR": "10.96.0.12",
    "CALLTOUCH_DASHBOARDS_SERVICE_HOST": "10.96.0.13",
    "CALLTOUCH_DASHBOARDS_PORT": "tcp://10.96.0.13:8001",
    "CALLTOUCH_DASHBOARDS_PORT_8001_UDP": "udp://10.96.0.13:8001",
}
OF_DOCKER = {
    "CALLTOUCH_PORT": "tcp://172.17.0.5:8000",
    "CALLTOUCH_NAME": "/web/calltouch",
    "CALLTOUCH_ENV_CALLTOUCH_DATA_DIR": "/data",
}


@pytest.mark.parametrize("links", [OF_KUBERNETES, OF_DOCKER])
def test_service_links_are_no_settings(
    links: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.load({**links, "CALLTOUCH_WORKERS": "3"})
    assert (settings.port, settings.dashboards_port, settings.workers) == (8000, 8001, 3)
    assert set(settings.service_links) == set(links)
    assert settings.sources["port"] == "default; CALLTOUCH_PORT is a service link"
    advice = service_link_advice(settings.service_links)
    assert "enableServiceLinks: false" in advice
    assert all(name in advice for name in links)


def test_a_port_that_is_given_beside_them_counts() -> None:
    settings = Settings.load({**OF_KUBERNETES, "CALLTOUCH_PORT": "9000"})
    assert (settings.port, settings.sources["port"]) == (9000, "CALLTOUCH_PORT")


@pytest.mark.parametrize(
    ("name", "close"),
    [
        ("CALLTOUCH_SERVICE_HOSTS", ""),
        ("CALLTOUCH_PROT", "CALLTOUCH_PORT"),
        ("CALLTOUCH_NAME", ""),
        ("CALLTOUCH_PORT_8000", "CALLTOUCH_PORT"),
        ("calltouch_port", "CALLTOUCH_PORT"),
    ],
)
def test_what_is_like_one_still_stops_the_start(name: str, close: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}.*{close}"):
        Settings.load({name: "1"})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(('"/data"', "/data"), ("'/data'", "/data"), (' "/data" ', "/data"), ("/data\r", "/data")),
        *(('"/data"\r', "/data"), ("\ufeff/data", "/data"), ("/my data\t", "/my data")),
        *(('/da"ta', '/da"ta'), ("\"/data'", "\"/data'")),
    ],
)
def test_quotes_blanks_and_line_ends_around_a_value_are_not_of_it(written: str, meant: str) -> None:
    settings = Settings.load({"CALLTOUCH_DATA_DIR": written, "CALLTOUCH_WEBHOOK_SECRET": written})
    assert settings.data_dir == Path(meant)
    assert settings.webhook_secret == meant


def test_every_kind_of_value_may_be_quoted(tmp_path: Path) -> None:
    toml, secret = tmp_path / "other.toml", tmp_path / "secret"
    toml.write_text("threads = 5")
    secret.write_text("s3cret")
    settings = Settings.load(
        {
            "CALLTOUCH_CONFIG": f'"{toml}"',
            "CALLTOUCH_PORT": '"8010"\r',
            "CALLTOUCH_ALLOWLIST": " 'warn' ",
            "CALLTOUCH_SITE_IDS": '"1, 2"',
            "CALLTOUCH_RESYNC_AT": "'04:30'",
            "CALLTOUCH_PUBLISH_SECONDS": '"2.5"',
            "CALLTOUCH_WEBHOOK_SECRET_FILE": f'"{secret}"',
        }
    )
    assert (settings.port, settings.allowlist, settings.threads) == (8010, "warn", 5)
    assert (settings.site_ids, settings.publish_seconds) == ((1, 2), 2.5)
    assert settings.webhook_secret == "s3cret"


@pytest.mark.parametrize("empty", ["", '""', "''", "\r"])
def test_an_empty_value_is_none(empty: str) -> None:
    assert Settings.load({"CALLTOUCH_WEBHOOK_SECRET": empty}).webhook_secret is None


@pytest.mark.parametrize("blank", [" ", '" "', "\t", " \r"])
def test_a_secret_of_blanks_is_an_error_and_not_none(blank: str) -> None:
    with pytest.raises(SettingsError, match="webhook_secret"):
        Settings.load({"CALLTOUCH_WEBHOOK_SECRET": blank})


@pytest.mark.parametrize(
    "name", ["\ufeffCALLTOUCH_WEBHOOK_SECRET", "CALLTOUCH_WEBHOOK_SECRET ", "export CALLTOUCH_PORT"]
)
def test_a_name_that_an_editor_has_spoilt_is_not_passed_over(name: str) -> None:
    assert list(read_variables({name: "1"}).values) == [name.strip("\ufeff ").split()[-1]]
    assert dict(read_variables({name: "1", name.strip("\ufeff "): "2"}).values).popitem()[1] in "12"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_files_may_begin_with_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    secret, toml = tmp_path / "secret", tmp_path / "calltouch.toml"
    secret.write_bytes("s3cret\r\n".encode(encoding))
    toml.write_bytes('webhook_secret_file = "secret"\r\nsmtp_user = "Анна"\r\n'.encode(encoding))
    text = toml.read_bytes().decode(encoding).replace('secret"', f'{secret.as_posix()}"')
    toml.write_bytes(text.encode(encoding))
    settings = Settings.load({"CALLTOUCH_CONFIG": str(toml)})
    assert (settings.webhook_secret, settings.smtp_user) == ("s3cret", "Анна")
    assert Settings.load({"CALLTOUCH_API_TOKEN_FILE": str(secret)}).api_token == "s3cret"


def test_a_file_in_another_encoding_says_what_to_do(tmp_path: Path) -> None:
    toml = tmp_path / "calltouch.toml"
    toml.write_bytes('smtp_user = "Анна"'.encode("cp1251"))
    with pytest.raises(SettingsError, match="save it as UTF-8"):
        Settings.load({"CALLTOUCH_CONFIG": str(toml)})
    toml.write_bytes(codecs.BOM_UTF8)
    assert Settings.load({"CALLTOUCH_CONFIG": str(toml)}).port == 8000


@pytest.mark.parametrize(("written", "mode"), [("0440", 0o440), ("444", 0o444), ("0o400", 0o400)])
def test_the_mode_of_the_published_file_is_octal(written: str, mode: int) -> None:
    assert Settings.load({"CALLTOUCH_PUBLISHED_MODE": written}).published_mode == mode


@pytest.mark.parametrize(
    "written", ["0640", "0666", "0040", "0550", "440 ", "9", "-r--r-----", "1"]
)
def test_nobody_may_write_the_published_file(written: str) -> None:
    if written.strip() == "440":
        assert Settings.load({"CALLTOUCH_PUBLISHED_MODE": written}).published_mode == 0o440
        return
    with pytest.raises(SettingsError, match="a read-only file mode"):
        Settings.load({"CALLTOUCH_PUBLISHED_MODE": written})


def test_in_toml_the_mode_is_text_or_octal(tmp_path: Path) -> None:
    toml = tmp_path / "calltouch.toml"
    for written in ('"0440"', "0o440"):
        toml.write_text(f"published_mode = {written}")
        assert Settings.load({"CALLTOUCH_CONFIG": str(toml)}).published_mode == 0o440
    for written in ("440", "444", "400", "true"):
        toml.write_text(f"published_mode = {written}")
        with pytest.raises(SettingsError):
            Settings.load({"CALLTOUCH_CONFIG": str(toml)})


def test_a_group_must_exist() -> None:
    assert Settings.load({"CALLTOUCH_PUBLISHED_GROUP": "root"}).published_group == "root"
    with pytest.raises(SettingsError, match="a group on this system"):
        Settings.load({"CALLTOUCH_PUBLISHED_GROUP": "no-such-group"})
