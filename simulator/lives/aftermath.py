"""What happens to a lead after it arrives: Calltouch's services and the site's staff.

Every function yields changes of one kind, possibly none, in order of time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from simulator.lives.leads import Comment, Event, LeadKind
from simulator.lives.talk import transcript
from simulator.market.chance import WeightedChoice, seconds, zipf
from simulator.market.people import Person
from simulator.market.rhythm import DAY, HOUR
from simulator.market.sites import Site

MINUTE = 60
# Calltouch's times are whole seconds and must order the sendings of a lead.
_LEAST_BETWEEN_EVENTS = 2

_PREDICTED = WeightedChoice(
    [
        (("Целевой",), 40),
        (("Целевой", "Запись"), 18),
        (("Нецелевой",), 16),
        (("Повторное обращение",), 10),
        (("Целевой", "Назвали цену", "Высокая готовность"), 8),
        (("Сервисный звонок",), 6),
    ]
)
_FRAUD = WeightedChoice([(("Сомнительный",), 5), (("Подозрительный звонок",), 3), (("Фрод",), 2)])
_MANUAL = zipf(
    ("Отдел продаж", "Перезвонить", "Горячий", "Дорого", "Дубль", "Не наш клиент", "VIP")
)
_REMARKS = (
    "Перезвонить завтра после 12", "Просил смету на почту", "Думает, сравнивает & торгуется",
    "Не берёт трубку", "Договорились, скидка = 10%", "Уточнить размеры", "Отправил КП на почту",
    "Клиент вернётся после отпуска", "Нужна консультация: {topic}", "ок",
)  # fmt: skip
_RATINGS = WeightedChoice([(5, 45), (4, 25), (3, 12), (2, 6), (1, 12)])


@dataclass(frozen=True, slots=True)
class LifeChange:
    """Changed `fields` of the state, and `tags` by category."""

    at: int
    kind: LeadKind
    fields: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewLead:
    """A lead that arrived at `at` (for a call: ended). `duration` 0: no conversation."""

    at: int
    site: Site
    person: Person
    duration: int
    is_target: bool


def unfold(first: Event, changes: Iterable[LifeChange], until: int) -> tuple[Event, ...]:
    """The life with this beginning and these changes, up to `until`."""
    events = [first]
    at, condition = first.at, first.condition
    for change in sorted(changes, key=lambda change: change.at):
        at = max(change.at, at + _LEAST_BETWEEN_EVENTS)
        if at >= until:
            break
        changed = replace(condition, **change.fields, tags={**condition.tags, **change.tags})
        if changed != condition:
            condition = changed
            events.append(Event(at, change.kind, condition))
    return tuple(events)


def call_aftermath(rng: Random, case: NewLead) -> Iterator[LifeChange]:
    """Everything that may follow the end of a call."""
    if case.duration:
        yield from _predicted(rng, case)
        yield from _transcribed(rng, case)
    if case.person.is_junk:
        yield from _found_out(rng, case)
    yield from _restated(rng, case)
    yield from _marked_as_spam(rng, case, 0.45 if case.person.is_junk else 0.006)
    yield from request_aftermath(rng, case)


def request_aftermath(rng: Random, case: NewLead) -> Iterator[LifeChange]:
    """Everything that may follow a request or a call."""
    yield from _assigned(rng, case, 0.4)
    yield from _commented(rng, case, 0.13 if case.is_target else 0.05)
    yield from _tagged(rng, case, 0.15)
    yield from _rated(rng, case, 0.14 if case.is_target else 0.04)
    if case.is_target:
        yield from _ordered(rng, case, 0.09)


def _predicted(rng: Random, case: NewLead) -> Iterator[LifeChange]:
    """Predict analyses the recording; its tags come about an hour later."""
    if not case.site.has_predict or case.duration < 15 or rng.random() > 0.85:
        return
    tags = {"auto_pr": _PREDICTED.pick(rng)}
    if rng.random() < 0.6:
        tags["auto_gr"] = ("Мужчина" if case.person.is_man else "Женщина",)
    at = case.at + rng.randrange(45 * MINUTE, 80 * MINUTE)
    yield LifeChange(at, LeadKind.TAGS_CHANGED, tags=tags)


def _found_out(rng: Random, case: NewLead) -> Iterator[LifeChange]:
    if rng.random() < 0.6:
        at = case.at + rng.randrange(3, 40) * MINUTE
        yield LifeChange(at, LeadKind.TAGS_CHANGED, tags={"auto_af": _FRAUD.pick(rng)})


def _transcribed(rng: Random, case: NewLead) -> Iterator[LifeChange]:
    if case.site.has_transcripts and case.duration >= 10 and rng.random() < 0.4:
        phrases = transcript(rng, case.site, case.duration)
        yield LifeChange(
            case.at + seconds(rng, 6 * MINUTE), LeadKind.TRANSCRIBED, {"phrases": phrases}
        )


def _restated(rng: Random, case: NewLead) -> Iterator[LifeChange]:
    """Calltouch sometimes corrects the status of a call."""
    if rng.random() < 0.008:
        at = case.at + seconds(rng, 10 * MINUTE)
        yield LifeChange(at, LeadKind.STATUS_CHANGED, {"is_successful": not case.duration})


def _marked_as_spam(rng: Random, case: NewLead, share: float) -> Iterator[LifeChange]:
    if rng.random() >= share:
        return
    at = _by_hand(rng, case, case.at, 20 * MINUTE)
    yield LifeChange(at, LeadKind.SPAM_CHANGED, {"is_spam": True})
    if rng.random() < 0.12:
        yield LifeChange(
            _by_hand(rng, case, at, 3 * HOUR), LeadKind.SPAM_CHANGED, {"is_spam": False}
        )


def _assigned(rng: Random, case: NewLead, share: float) -> Iterator[LifeChange]:
    if rng.random() >= share:
        return
    at = _by_hand(rng, case, case.at, 4 * MINUTE)
    managers = case.site.managers
    yield LifeChange(at, LeadKind.MANAGER_CHANGED, {"manager": managers.pick(rng)})
    if rng.random() < 0.06:
        at = _by_hand(rng, case, at, 5 * HOUR)
        yield LifeChange(at, LeadKind.MANAGER_CHANGED, {"manager": managers.pick(rng)})


def _commented(rng: Random, case: NewLead, share: float) -> Iterator[LifeChange]:
    """A comment, sometimes a reply, sometimes deleted again."""
    if rng.random() >= share:
        return
    at = _by_hand(rng, case, case.at, 8 * MINUTE)
    comments: tuple[Comment, ...] = (_remark(rng, case),)
    yield LifeChange(at, LeadKind.COMMENTS_CHANGED, {"comments": comments})
    if rng.random() < 0.22:
        at = _by_hand(rng, case, at, 9 * HOUR)
        comments = (*comments, _remark(rng, case))
        yield LifeChange(at, LeadKind.COMMENTS_CHANGED, {"comments": comments})
    if rng.random() < 0.08:
        yield LifeChange(_by_hand(rng, case, at, DAY), LeadKind.COMMENTS_CHANGED, {"comments": ()})


def _remark(rng: Random, case: NewLead) -> Comment:
    text = rng.choice(_REMARKS).format(topic=rng.choice(case.site.business.topics))
    return Comment(case.site.managers.pick(rng), text)


def _tagged(rng: Random, case: NewLead, share: float) -> Iterator[LifeChange]:
    """Manual tags: one, sometimes a second, sometimes one removed later."""
    if rng.random() >= share:
        return
    at = _by_hand(rng, case, case.at, 25 * MINUTE)
    tags: tuple[str, ...] = (_MANUAL.pick(rng),)
    yield LifeChange(at, LeadKind.TAGS_CHANGED, tags={"manual": tags})
    second = _MANUAL.pick(rng)
    if second not in tags and rng.random() < 0.35:
        at = _by_hand(rng, case, at, 5 * HOUR)
        tags = (*tags, second)
        yield LifeChange(at, LeadKind.TAGS_CHANGED, tags={"manual": tags})
    if rng.random() < 0.15:
        yield LifeChange(
            _by_hand(rng, case, at, DAY), LeadKind.TAGS_CHANGED, tags={"manual": tags[1:]}
        )


def _rated(rng: Random, case: NewLead, share: float) -> Iterator[LifeChange]:
    if rng.random() < share:
        at = _by_hand(rng, case, case.at, 2 * HOUR)
        yield LifeChange(at, LeadKind.RATING_CHANGED, {"rating": _RATINGS.pick(rng)})


def _ordered(rng: Random, case: NewLead, share: float) -> Iterator[LifeChange]:
    """The CRM links a deal, which no webhook reports, and sometimes tags the lead, which one
    does."""
    if rng.random() >= share:
        return
    at = _by_hand(rng, case, case.at, 10 * HOUR)
    yield LifeChange(at, LeadKind.ORDER_LINKED, {"order_id": rng.randrange(10**6, 10**7)})
    if rng.random() < 0.7:
        yield LifeChange(
            at + rng.randrange(2, 9), LeadKind.TAGS_CHANGED, tags={"api": ("CRM: сделка",)}
        )


def _by_hand(rng: Random, case: NewLead, after: int, median: float) -> int:
    """When someone gets round to it: during opening hours."""
    return case.site.when_open(after + seconds(rng, median, 1.0), rng)
