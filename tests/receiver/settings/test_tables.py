"""The secrets of flows: in the file, or in files of their own."""

from pathlib import Path

import pytest

from receiver.settings.settings import Settings, SettingsError


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
