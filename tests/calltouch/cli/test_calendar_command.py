"""`calltouch calendar`: what it prints, writes and refuses; and what doctor says of the file."""

import os
from pathlib import Path

import pytest

from calltouch.cli import main
from calltouch.doctor import work_calendar
from dashboards.access.audit import Action, read_audit
from dashboards.access.state import AccessStore
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings

WEEK = """\
country = "RU"

[hours]
mon = "09:00-18:00"
tue = "09:00-18:00"
sun = "10:00-14:00"
"""


@pytest.fixture(autouse=True)
def of_its_own(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("CALLTOUCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(settings.data_dir))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def path(settings: Settings) -> Path:
    return DataDir(settings.data_dir).calendar


def test_without_options_it_is_printed(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calendar"]) == 0
    assert capsys.readouterr().out == 'country = "RU"\n'
    assert not path.exists()


def test_hours_and_days_are_set_and_taken_back(settings: Settings, path: Path) -> None:
    week = ["--hours", "mon-tue=09:00-18:00", "--hours", "sun=10:00-14:00"]
    assert main(["calendar", *week, "--dry-run"]) == 0
    assert not path.exists()
    assert main(["calendar", *week]) == 0
    assert path.read_text(encoding="utf-8") == WEEK
    days = ["--day", "2026-12-30=off", "--day", "2026-12-31=10:00-12:00"]
    assert main(["calendar", "--hours", "sun=off", *days]) == 0
    assert path.read_text(encoding="utf-8") == (
        WEEK.replace('sun = "10:00-14:00"\n', "")
        + '\n[days]\n"2026-12-30" = "off"\n"2026-12-31" = "10:00-12:00"\n'
    )
    back = ["--day", "2026-12-30=usual", "--day", "2026-12-31=usual"]
    assert main(["calendar", "--country", "none", "--hours", "sun=10:00-14:00", *back]) == 0
    assert path.read_text(encoding="utf-8") == WEEK.replace("RU", "none")
    with AccessStore(DataDir(settings.data_dir).state).reading() as db:
        noted = [one.entry.action for one in read_audit(db, None, 9)]
    assert noted == [Action.CALENDAR_CHANGED] * 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--hours", "mo=09:00-18:00"], "[hours] mo: use mon, tue"),
        (["--hours", "mon-=22:00-06:00"], "mon = 22:00-06:00: hours end on the day they begin"),
        (["--hours", "mon=off"], "[hours] has no working day"),
        (["--day", "31.12.2026=off"], "[days] 31.12.2026: a day is written 2026-12-31"),
        (["--day", "2026-12-31"], "2026-12-31 = : write 09:00-18:00 or off"),
    ],
)
def test_what_is_wrong_is_refused(
    path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["calendar", *options]) == 1
    assert said in capsys.readouterr().err
    assert not path.exists()


def test_doctor_names_what_is_wrong(
    settings: Settings, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def level() -> str:
        (finding,) = (one for check in work_calendar.CHECKS for one in check(settings))
        assert finding.level == "ok" or finding.advice
        return f"{finding.level}: {finding.text}"

    known = True
    monkeypatch.setattr(work_calendar, "is_official", lambda country, year: known)
    assert level() == "ok: holidays are known, working hours are not set"
    known = False
    assert level().startswith("warn: the moved days of ")
    known = True
    assert main(["calendar", "--country", "none", "--hours", "mon-fri=09:00-18:00"]) == 0
    assert level() == "ok: working hours on 5 days a week"
    path.write_text("[hours]\nmon = 9\n", encoding="utf-8")
    assert level() == "fail: calendar.toml is not used: mon = 9: write 09:00-18:00 or off"
