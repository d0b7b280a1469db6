"""What an alert says: which flow, since when, how often, three operations, and what to do. Pure.

No field, body or address is in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from zoneinfo import ZoneInfo

from flows.alerts import BACKUP_OLD, HISTORY_FULL, HOST_CLOSED, STUCK, AlertGroup

_SITUATIONS = {
    HOST_CLOSED: (
        "Сервер {host} не отвечает",
        "Обработки не обращаются к {host}, пока он не ответит; запросы ждут и не теряются.\n",
    ),
    STUCK: (
        "Обработки стоят",
        "Самая старая операция ждёт больше часа. Проверьте, что calltouch serve работает, и\n"
        "посмотрите: calltouch flow operations --state waiting\n",
    ),
    HISTORY_FULL: (
        "История обработок почти заполнена",
        "Скоро самые старые записи начнут удаляться. Увеличьте flow_history_max_bytes или\n"
        "освободите место: calltouch flow prune --dry-run\n",
    ),
    BACKUP_OLD: (
        "Давно нет резервной копии",
        "Последняя удачная резервная копия старше положенного, или её нет совсем. Что мешает,\n"
        "скажут calltouch doctor и calltouch backup.\n",
    ),
}
_WHAT_TO_DO = {
    "unknown": (
        "Неизвестно, выполнен ли запрос: сами мы его не повторим. Проверьте у получателя и\n"
        "решите: calltouch flow decide НОМЕР --was-done, --again или --drop\n"
    ),
    "failed": (
        "Исправьте причину, затем повторите:\n"
        "calltouch flow replay --flow {flow} --reason {reason} --plan\n"
    ),
    "held": "Операции отложены. Решите: calltouch flow decide НОМЕР --again или --drop\n",
}


@dataclass(frozen=True, slots=True)
class AlertMailer:
    """Writes the mails."""

    sender: str
    to: tuple[str, ...]
    zone: ZoneInfo

    def failing(self, group: AlertGroup, state: str, now: datetime) -> EmailMessage:
        """`state`: of its operations."""
        if group.reason in _SITUATIONS and not group.flow:
            title, advice = _SITUATIONS[group.reason]
            since = f"С {self._local(group.first_at)}.\n"
            return self._mail(title.format(host=group.host), since, advice, group, now)
        title = f"Обработка {group.flow}: {group.reason}"
        numbers = ", ".join(map(str, group.operations))
        text = (
            f"{_place(group)}\nПричина: {group.reason}\nОпераций: {group.failures}, "
            f"с {self._local(group.first_at)} по {self._local(group.last_at)}\n"
            f"Например: {numbers}\n"
            f"Подробнее: calltouch flow operation {group.operations[0]}, страница "
            f"/flows/{group.flow}\n"
        )
        advice = _WHAT_TO_DO.get(state, _WHAT_TO_DO["failed"])
        return self._mail(title, text, advice, group, now)

    def mended(self, group: AlertGroup, now: datetime) -> EmailMessage:
        if group.flow:
            title = f"Обработка {group.flow} снова работает"
            text = (
                f"{_place(group)}\nПричина была: {group.reason}\nОпераций с ошибкой: "
                f"{group.failures}, последняя {self._local(group.last_at)}\n"
            )
        else:
            title = f"Снова в порядке: {_SITUATIONS[group.reason][0].format(host=group.host)}"
            text = f"Началось {self._local(group.first_at)}.\n"
        return self._mail(title, text, "", group, now)

    def summary(self, groups: Sequence[AlertGroup], now: datetime) -> EmailMessage:
        """Of what an hour had no room for."""
        lines = [
            f"{group.flow or '—'}: {group.reason} {group.host}, операций: {max(group.failures, 0)}"
            for group in groups[:50]
        ]
        more = f"… и ещё {len(groups) - 50}\n" if len(groups) > 50 else ""
        text = "Сообщений за час слишком много, поэтому остальное одним списком.\n\n"
        title = f"Обработки: ещё {len(groups)} сообщений"
        return self._mail(title, text, "\n".join(lines) + "\n" + more, None, now)

    def _mail(
        self, title: str, text: str, advice: str, group: AlertGroup | None, now: datetime
    ) -> EmailMessage:
        if group is not None:
            advice = advice.format(flow=group.flow, reason=group.reason, host=group.host)
        message = EmailMessage()
        message["Subject"] = title
        message["From"] = self.sender
        message["To"] = ", ".join(self.to)
        message["Date"] = format_datetime(now.astimezone(self.zone))
        message["Message-ID"] = make_msgid(domain=parseaddr(self.sender)[1].rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(f"{text}\n{advice}" if advice else text)
        return message

    def _local(self, moment: str) -> str:
        return f"{datetime.fromisoformat(moment).astimezone(self.zone):%d.%m.%Y %H:%M}"


def _place(group: AlertGroup) -> str:
    step = f", шаг {group.step}" if group.step else ""
    host = f", {group.host}" if group.host else ""
    return f"Обработка: {group.flow}{step}{host}"
