"""Which leads a report is about: a period, an attribution model, and conditions on their fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from analytics.contacts import FEWEST_DIGITS, canonical_email, canonical_phone, number_in
from analytics.statements import rendered

NOT_GIVEN = ("null", "<не указано>")
"""How a value that is NULL is written; no value of Calltouch's can be one of these words."""
EMPTY = "<не заполнено>"
"""How the empty string is written, as Calltouch writes it."""


class FilterKind(StrEnum):
    """What a filter's values are."""

    TEXT = "text"
    FLAG = "flag"
    WHOLE = "whole"
    CONTACT = "contact"
    CHOICE = "choice"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Filter:
    """`template`: under sql/picking, a condition that is true of a lead to keep; the values are
    bound to `$name` as a list. A SET has a condition for each of its choices, under
    sql/picking/only; `_searched_for` says what a CONTACT binds.

    `compared`: what that template holds the values against, a column or what is made of one; of
    the attribution model `model`, where it looks at one. `column`: the column of leads, where it
    looks at just one. `choices`: all values there are, of a FLAG, CHOICE or SET.
    """

    name: str
    kind: FilterKind
    template: str
    compared: str | None = None
    column: str | None = None
    choices: tuple[str, ...] = ()
    model: int | None = None

    @property
    def has_values(self) -> bool:
        """Whether its values are what a column has, to be chosen from; an id is not chosen so."""
        return (self.kind is FilterKind.TEXT and self.column is not None) or self.name == "site"


class UnknownFilter(ValueError):
    """There is no such filter; the text is its name."""


class BadValue(ValueError):
    """A filter has no such value. `expected`: the values that it has, or what they look like."""

    def __init__(self, name: str, value: str, expected: Sequence[str]) -> None:
        super().__init__(f"{name}={value}: expected {', '.join(expected)}")
        self.name = name
        self.value = value
        self.expected = tuple(expected)


_FLAGS = {"yes": "true", "no": "false", "unknown": "unknown"}
_SAME_FLAGS = {
    "true": "yes",
    "1": "yes",
    "false": "no",
    "0": "no",
    **dict.fromkeys(NOT_GIVEN, "unknown"),
}
FLAG_WORDS = (*_FLAGS, *_SAME_FLAGS)
"""All ways to write a flag."""
_WHOLE = ("whole numbers",)
_CONTACTS = ("a phone or a part of it", "an e-mail", "the id of a lead")
_MOST_DIGITS = 18
_LONGEST_EMAIL = 254


def _text(name: str, column: str | None = None) -> Filter:
    column = column or name
    return Filter(name, FilterKind.TEXT, "one_of", column, column)


def _flag(name: str, column: str) -> Filter:
    return Filter(name, FilterKind.FLAG, "flag", column, column, tuple(_FLAGS))


def _whole(name: str, compared: str, column: str | None = None) -> Filter:
    return Filter(name, FilterKind.WHOLE, "one_of", compared, column)


def _tags(name: str) -> Filter:
    return Filter(name, FilterKind.TEXT, name)


def _seconds(name: str) -> Filter:
    """A bound of the time that a call waited, which is itself within."""
    return Filter(name, FilterKind.WHOLE, name)


def _in_model(column: str, model: int) -> Filter:
    """A traffic column of one attribution model, whichever model the filters are about."""
    name = f"{column}_{model}"
    return Filter(name, FilterKind.TEXT, "in_model", column, model=model)


SETS = (
    "unfinished",
    "unique_target",
    "repeat",
    "missed",
    "recovered",
    "pending",
    "lost",
    "both_models",
    "moved",
    "rescued_from_direct",
    "antifraud",
    "callback_calls",
)
"""Leads that more than one column tells, each a file of sql/picking/only."""

FILTERS: tuple[Filter, ...] = (
    _whole("site", "site_id", "site_id"),
    Filter("lead_type", FilterKind.CHOICE, "one_of", "lead_type", "lead_type", ("call", "request")),
    _text("source"),
    _text("medium"),
    _text("utm_source"),
    _text("utm_medium"),
    _text("utm_campaign"),
    _text("utm_content"),
    _text("utm_term"),
    _tags("tags"),
    _tags("tags_any"),
    _tags("tags_not"),
    _text("manager"),
    _flag("unique", "is_unique"),
    _flag("target", "is_target"),
    _text("status"),
    _flag("worktime", "is_worktime"),
    _flag("callback", "is_callback"),
    _flag("spam", "is_spam"),
    _seconds("waiting_from"),
    _seconds("waiting_to"),
    _text("city"),
    _text("device"),
    _text("browser"),
    _text("os"),
    _text("hostname"),
    _text("subject"),
    _text("pool"),
    _text("number", "phone_number"),
    _whole("weekday", "isodow(happened_local)"),
    _whole("hour", "hour(happened_local)"),
    _whole("lead_id", "lead_id", "lead_id"),
    _in_model("source", 0),
    _in_model("medium", 0),
    _in_model("source", 1),
    _in_model("medium", 1),
    Filter("search", FilterKind.CONTACT, "search"),
    Filter("clean", FilterKind.SET, "only/clean", choices=("yes",)),
    Filter("only", FilterKind.SET, "any_set", choices=SETS),
)
MODELS = (0, 1)
_BY_NAME = {one.name: one for one in FILTERS}


@dataclass(frozen=True, slots=True)
class Filters:
    """Leads of the days `first` to `last`, both included, that fit all of `chosen`.

    `model`: whose traffic columns are looked at; None: of the preferred model. Every lead is there
    whatever the model: where it was not received, its traffic columns are NULL.
    `chosen`: values by the name of a filter, as they are written; several values are alternatives.
    """

    first: date
    last: date
    model: int | None = None
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of a URL that chooses these leads, in one order."""
        model = [] if self.model is None else [("model", f"{self.model}")]
        chosen = [(one.name, value) for one in FILTERS for value in self.chosen.get(one.name, ())]
        return [*self.period_pairs, *model, *chosen]

    @property
    def period_pairs(self) -> list[tuple[str, str]]:
        return [("from", f"{self.first}"), ("to", f"{self.last}")]

    def conditions(self) -> list[str]:
        """SQL over the columns of `leads`, all of which must be true, besides the period."""
        return [_condition(known, values) for known, values in self._known()]

    def parameters(self) -> dict[str, Any]:
        """What the conditions bind."""
        bound: dict[str, Any] = {"from": self.first, "to": self.last}
        for known, values in self._known():
            if known.kind is FilterKind.CONTACT:
                bound |= _searched_for(values)
            else:
                bound[known.name] = _bound(known, values)
        return bound

    def _known(self) -> list[tuple[Filter, tuple[str, ...]]]:
        return [(_BY_NAME[name], values) for name, values in self.chosen.items()]


def read_values(name: str, written: Sequence[str]) -> tuple[str, ...]:
    """The values of a filter in one way of writing; raises `UnknownFilter`, `BadValue`."""
    if name not in _BY_NAME:
        raise UnknownFilter(name)
    known = _BY_NAME[name]
    return tuple(dict.fromkeys(_read(known, value) for value in written))


def _read(known: Filter, value: str) -> str:
    if known.kind is FilterKind.CONTACT:
        return _read_contact(known, value)
    if known.kind is FilterKind.WHOLE:
        if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS):
            raise BadValue(known.name, value, _WHOLE)
        return value
    if known.kind is FilterKind.TEXT:
        return NOT_GIVEN[0] if value in NOT_GIVEN else value
    if known.kind is FilterKind.FLAG:
        value = _SAME_FLAGS.get(value, value)
    if value not in known.choices:
        raise BadValue(known.name, value, known.choices)
    return value


def _read_contact(known: Filter, value: str) -> str:
    """The digits of a phone or an id, or an e-mail or a part of one with its @."""
    is_email = "@" in value
    read = (canonical_email(value) or value.strip().lower()) if is_email else number_in(value)
    if not 0 < len(read) <= (_LONGEST_EMAIL if is_email else _MOST_DIGITS):
        raise BadValue(known.name, value, _CONTACTS)
    return read


def _searched_for(values: tuple[str, ...]) -> dict[str, Any]:
    """What sql/picking/search binds: ids, and patterns of canonical phones and e-mails."""
    numbers = [value for value in values if "@" not in value]
    emails = [re.escape(value) for value in values if "@" in value]
    phones = [pattern for number in numbers for pattern in _phone_patterns(number)]
    return {
        "search_ids": [int(number) for number in numbers if number[0] != "0"],
        "search_phones": "|".join(phones) or None,
        "search_emails": "|".join(emails) or None,
    }


def _phone_patterns(digits: str) -> list[str]:
    """The end of a phone; five or more digits may stand anywhere in it, and an 8 that they begin
    with may be the one that Russians dial for the 7."""
    if len(digits) < FEWEST_DIGITS:
        return [f"{digits}$"]
    whole = canonical_phone(digits)
    swapped = [f"^7{digits[1:]}"] if digits[0] == "8" and whole == digits else []
    return [f"{whole}", *swapped]


def _condition(known: Filter, values: tuple[str, ...]) -> str:
    has_null = known.kind is FilterKind.TEXT and NOT_GIVEN[0] in values
    return rendered(
        f"picking/{known.template}",
        name=known.name,
        compared=known.compared,
        model=known.model,
        or_null=has_null,
        sets=values,
    )


def _bound(known: Filter, values: tuple[str, ...]) -> list[Any]:
    if known.kind is FilterKind.WHOLE:
        return [int(value) for value in values]
    if known.kind is FilterKind.FLAG:
        return [_FLAGS[value] for value in values]
    return ["" if value == EMPTY else value for value in values]
