"""Reports about the calendar, which know no leads."""

from analytics.privacy.holds import plain
from analytics.reports.report import Report

CALENDAR_REPORTS: tuple[Report, ...] = (
    Report(
        "calendar_days",
        "work_calendar",
        (),
        plain("day is_working kind name_ru name_en swapped_with works_from works_until")
        | plain("is_official"),
    ),
    Report(
        "working_days",
        "work_calendar",
        (),
        plain("days working_days days_off working_hours is_official"),
    ),
)
