"""Rules of the callback service: what it accepts, and in what order it checks."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from simulator.api.options import CallbackRules

_FIRST_ID = 242_000_000


class CallbackDeclined(Exception):
    """With Calltouch's error code."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Order:
    """A requested callback. In all limits `session_id` takes precedence over the phone."""

    route_key: str
    phone: str
    session_id: str | None

    @property
    def who(self) -> str:
        return f"session {self.session_id}" if self.session_id else f"phone {self.phone}"


class CallbackDesk:
    """`knows_session`: whether the session belongs to the token's site."""

    def __init__(self, rules: CallbackRules) -> None:
        self._rules = rules
        self._taken: defaultdict[str, list[float]] = defaultdict(list)
        self._orders: list[Mapping[str, Any]] = []
        self._lock = Lock()

    @property
    def orders(self) -> list[Mapping[str, Any]]:
        """Bodies of all accepted callbacks."""
        return list(self._orders)

    def take(
        self, order: Order, body: Mapping[str, Any], knows_session: Callable[[str], bool], at: float
    ) -> int:
        """The id of the new callback; `at` in monotonic seconds. Raises `CallbackDeclined`."""
        _check_phone(order.phone)
        rules = self._rules
        if not rules.is_enabled:
            raise CallbackDeclined(10002, "Услуга обратного звонка не подключена")
        if order.route_key not in rules.route_keys:
            raise CallbackDeclined(
                10003,
                "Невозможно создать заявку виджета, "
                "не найдено включенных виджетов с указанным ключом",
            )
        if order.session_id and not knows_session(order.session_id):
            raise CallbackDeclined(10004, "Сессия не найдена")
        with self._lock:
            self._check_limits(order, at)
            self._taken[order.who].append(at)
            self._orders.append(body)
            return _FIRST_ID + len(self._orders) - 1

    def _check_limits(self, order: Order, at: float) -> None:
        rules, taken = self._rules, self._taken[order.who]
        if len(self._orders) >= rules.requests_paid:
            raise CallbackDeclined(10001, "Недостаточно минут обратного звонка")
        if order.session_id and len(taken) >= rules.per_session:
            raise CallbackDeclined(10005, "Превышено количество заявок по сессии")
        if not order.session_id and len(taken) >= rules.per_phone:
            raise CallbackDeclined(10006, "Превышено количество заявок по номеру")
        if taken and at - taken[-1] < rules.interval:
            raise CallbackDeclined(10007, "Не истёк минимальный интервал между заявками")


def _check_phone(phone: str) -> None:
    """Checked before the key."""
    is_russian = len(phone) == 11 and phone.isdecimal() and phone[0] == "7"
    if not is_russian or phone[1:4] in ("800", "804"):
        raise CallbackDeclined(10013, "Некорректный номер телефона")
