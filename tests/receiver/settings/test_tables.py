"""The secrets of flows, in the file or in files of their own, and what is kept to with a host."""

from pathlib import Path

import pytest

from receiver.settings.settings import HostSettings, Settings, SettingsError


def settings(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "calltouch.toml"
    path.write_text(text)
    return Settings.load({"CALLTOUCH_CONFIG": str(path)})


def test_secrets_stand_in_the_file_or_in_files_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "bitrix").write_text("abc\n")
    text = f'[secrets]\ncrm = "TOP"\nbitrix_file = "{tmp_path / "bitrix"}"\n'
    found = settings(tmp_path, text)
    assert found.secrets == {"crm": "TOP", "bitrix": "abc"}
    assert "TOP" not in repr(found)
    assert found.sources["secrets.bitrix"].endswith("calltouch.toml, bitrix_file")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("secrets = 1", "must be a table"),
        ('[secrets]\n"a b" = "x"', "is no name"),
        ("[secrets]\ncrm = 1", "must be text that is not empty"),
        ('[secrets]\ncrm = " "', "must be text that is not empty"),
        ('[secrets]\ncrm_file = "/nowhere"', "cannot read the file named by crm_file"),
    ],
)
def test_what_is_no_secret(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        settings(tmp_path, text)


def test_hosts_have_limits_and_certificates_of_their_own(tmp_path: Path) -> None:
    authority = tmp_path / "own.pem"
    authority.write_text("-----BEGIN CERTIFICATE-----", encoding="utf-8")
    found = settings(
        tmp_path,
        f'[hosts."CRM.example.ru"]\nat_once = 4\nper_second = 0.5\nca_file = "{authority}"\n'
        '[hosts."*.example.com"]\nper_second = 7\n',
    )
    assert found.hosts == {
        "crm.example.ru": HostSettings(4, 0.5, authority),
        "*.example.com": HostSettings(None, 7.0, None),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[hosts."a b"]\nat_once = 1', "use a name like"),
        ('[hosts."https://crm.example.ru"]\nat_once = 1', "use a name like"),
        ('[hosts."crm.example.ru"]\nat_once = 0', "at_once"),
        ('[hosts."crm.example.ru"]\nper_second = 0', "a number a second"),
        ('[hosts."crm.example.ru"]\nper_second = true', "a number a second"),
        ('[hosts."crm.example.ru"]\nca_file = "/nowhere/own.pem"', "there is no file"),
        ('[hosts."crm.example.ru"]\nper_minute = 1', "per_minute"),
    ],
)
def test_hosts_that_cannot_be_read_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        settings(tmp_path, text)
