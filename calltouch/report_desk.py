"""Reports on a schedule, as the pages may see them."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from calltouch.report_register import report_of, reports_of_settings
from dashboards.views.desk import BadRecipients, ConfiguredReport, LastSending
from dashboards.views.schedules import PageSchedule, SendBy
from receiver.data_dir import DataDir
from receiver.mails.sent import SentReports
from receiver.settings.kinds import mail_address
from receiver.settings.settings import Settings

_CHAT = re.compile(r"-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31}")
_BETWEEN = re.compile(r"[,;\n]")


class StoredReports:
    """A `ReportDesk` over the settings and the data directory."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._place = DataDir(settings.data_dir)

    def channels(self) -> Sequence[SendBy]:
        has_mail = self._settings.smtp_host and self._settings.mail_from
        mail: tuple[SendBy, ...] = ("mail",) if has_mail else ()
        telegram: tuple[SendBy, ...] = ("telegram",) if self._settings.telegram_token else ()
        return (*mail, *telegram)

    def read_recipients(self, channel: SendBy, written: str) -> tuple[str, ...]:
        found = (text.strip() for text in _BETWEEN.split(written))
        recipients = tuple(dict.fromkeys(text for text in found if text))
        for text in recipients:
            if not _is_recipient(channel, text):
                raise BadRecipients(text)
        return recipients

    def configured(self) -> Sequence[ConfiguredReport]:
        now = self._now()
        return [
            ConfiguredReport(one.key, one.page, one.query, len(one.to), one.next_at(now))
            for one in reports_of_settings(self._settings)
        ]

    def next_at(self, schedule: PageSchedule) -> datetime | None:
        return report_of(schedule).next_at(self._now())

    def last(self) -> Mapping[str, LastSending]:
        sent = SentReports(self._place.state).last()
        return {key: LastSending(one.at, one.outcome, one.remark) for key, one in sent.items()}

    def scheduled(self) -> None:
        self._place.sends_reports.touch(mode=0o600)

    def _now(self) -> datetime:
        return datetime.now(ZoneInfo(self._settings.timezone))


def _is_recipient(channel: SendBy, text: str) -> bool:
    if channel == "telegram":
        return _CHAT.fullmatch(text) is not None
    try:
        mail_address(text)
    except ValueError:
        return False
    return True
