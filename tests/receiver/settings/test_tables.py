"""The secrets of flows, in the file or in files of their own, and the hosts that they send to."""

from pathlib import Path

import pytest

from receiver.settings.settings import Settings, SettingsError
from receiver.settings.tables import HostSettings


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


def test_a_host_has_its_own_pace_and_authorities(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("a certificate")
    text = (
        f'[hosts."CRM.example.ru"]\nat_once = 1\nper_second = 0.5\nca_file = "{tmp_path}/ca.pem"\n'
        '[hosts."*.example.com"]\nper_second = "20"\n'
    )
    found = settings(tmp_path, text)
    assert found.hosts == {
        "crm.example.ru": HostSettings(1, 0.5, tmp_path / "ca.pem"),
        "*.example.com": HostSettings(per_second=20.0),
    }
    assert found.sources["hosts.CRM.example.ru.at_once"].endswith("calltouch.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hosts = 1", "must be tables"),
        ('[hosts."https://a.ru"]\nat_once = 1', "a host is like crm.example.ru"),
        ('[hosts."a.ru"]\nat_once = 0', "from 1 to 64"),
        ('[hosts."a.ru"]\nper_second = 0', "times a second"),
        ('[hosts."a.ru"]\nper_second = true', "times a second"),
        ('[hosts."a.ru"]\nca_file = "/nowhere"', "there is no file /nowhere"),
        ('[hosts."a.ru"]\nat_most = 1', "unknown setting 'at_most'"),
    ],
)
def test_what_cannot_be_set_of_a_host(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        settings(tmp_path, text)
