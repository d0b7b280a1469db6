"""A check of calendar.toml: is it in force, and does it know this year's moved days?"""

from datetime import datetime
from zoneinfo import ZoneInfo

from analytics.calendar.definition import InvalidCalendar, read_calendar
from analytics.calendar.official import is_official
from calltouch.calendar_file import StoredCalendar
from calltouch.doctor.finding import Finding
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings

_CHECK = "calendar"


def _calendar(settings: Settings) -> list[Finding]:
    file = StoredCalendar(DataDir(settings.data_dir).calendar).file()
    try:
        calendar = read_calendar(file.text or "")
    except InvalidCalendar as error:
        advice = "the calendar before it stays in force; correct it, or save the page /calendar"
        return [Finding(_CHECK, "fail", f"calendar.toml is not used: {error}", advice)]
    year = datetime.now(ZoneInfo(settings.timezone)).year
    if not is_official(calendar.country, year):
        advice = "upgrade, or add those days on the page /calendar"
        return [Finding(_CHECK, "warn", f"the moved days of {year} are not known", advice)]
    if not calendar.hours:
        return [Finding(_CHECK, "ok", "holidays are known, working hours are not set")]
    return [Finding(_CHECK, "ok", f"working hours on {len(calendar.hours)} days a week")]


CHECKS = (_calendar,)
