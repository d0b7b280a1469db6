"""The one register of reports on a schedule: those in the settings, and those made in the
browser."""

from sqlite3 import Connection

from dashboards.views.schedules import PageSchedule, list_schedules
from receiver.mails.report import ScheduledReport
from receiver.settings.settings import Settings


def all_reports(settings: Settings, db: Connection) -> list[ScheduledReport]:
    return [*reports_of_settings(settings), *map(report_of, list_schedules(db))]


def reports_of_settings(settings: Settings) -> list[ScheduledReport]:
    return [ScheduledReport.from_settings(name, mail) for name, mail in settings.mails.items()]


def report_of(schedule: PageSchedule) -> ScheduledReport:
    return ScheduledReport(
        key=schedule.key,
        page=schedule.page,
        query=schedule.query,
        language=schedule.language,
        channel=schedule.channel,
        to=schedule.to,
        at=schedule.at,
        days=schedule.days,
        month_day=schedule.month_day,
        since=schedule.since,
        wanted_at=schedule.wanted_at,
        maker=schedule.maker,
        is_on=schedule.is_on,
    )
