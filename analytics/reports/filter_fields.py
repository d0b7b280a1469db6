"""What leads can be filtered by: the fields, how each may be compared, and which values it takes.

A condition is written `name` or `name.op`, such as `source.has`. Several values of one condition
are alternatives; of a negative one, none of them may be true. Case and spacing do not matter to
texts, unless the op is `exact`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from analytics.contacts import canonical_email, number_in
from analytics.reports.searches import LONGEST_SEARCH, MOST_DIGITS, is_number, may_be_contact

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
    SITE = "site"


IS = ""
"""The op of a condition that names none."""
PART_OPS = ("has", "hasnot", "starts")
OPS = ("not", *PART_OPS, "empty", "exact")
NEGATED = {"not": IS, "hasnot": "has"}
"""Ops that are true where another one is not, of a lead without a value too."""
_OF_TEXT, _OF_SITE, _OF_OTHERS = (IS, *OPS), (IS, *OPS[:-1]), (IS, "not", "empty")
_SAME_KEYS = {"tags.not": "tags_not"}


@dataclass(frozen=True, slots=True)
class Filter:
    """`template`: under sql/picking, a condition that is true of a lead to keep; the values are
    bound as a list. A SET has a condition for each of its choices, under sql/picking/only.

    `compared`: what that template holds the values against, a column or what is made of one; of
    the attribution model `model`, where it looks at one. `column`: the column of leads, where it
    looks at just one. `choices`: all values there are, of a FLAG, CHOICE or SET. `ops`: how it may
    be compared.
    """

    name: str
    kind: FilterKind
    template: str
    compared: str | None = None
    column: str | None = None
    choices: tuple[str, ...] = ()
    model: int | None = None
    ops: tuple[str, ...] = (IS,)

    @property
    def has_values(self) -> bool:
        """Whether its values are what a column has, to be chosen from; an id is not chosen so."""
        return (self.kind is FilterKind.TEXT and self.column is not None) or self.name == "site"

    @property
    def keys(self) -> tuple[str, ...]:
        """All ways to write a condition of it."""
        return tuple(key_of(self.name, op) for op in self.ops)


class UnknownFilter(ValueError):
    """There is no such filter; the text is its name."""


class BadValue(ValueError):
    """A filter has no such value. `expected`: the values that it has, or what they look like."""

    def __init__(self, name: str, value: str, expected: Sequence[str]) -> None:
        super().__init__(f"{name}={value}: expected {', '.join(expected)}")
        self.name = name
        self.value = value
        self.expected = tuple(expected)


_FLAGS = ("yes", "no", "unknown")
_SAME_FLAGS = {
    **dict.fromkeys(("true", "1", "да"), "yes"),
    **dict.fromkeys(("false", "0", "нет"), "no"),
    **dict.fromkeys((*NOT_GIVEN, "неизвестно"), "unknown"),
}
FLAG_WORDS = (*_FLAGS, *_SAME_FLAGS)
"""All ways to write a flag."""
_WHOLE = ("whole numbers",)
_CONTACTS = ("a text", "a phone or a part of it", "an e-mail", "the id of a lead")
_IDS_AND_TAGS = ("a tag or a part of it", "the id of a lead")


def _text(name: str, column: str | None = None) -> Filter:
    column = column or name
    return Filter(name, FilterKind.TEXT, "text", column, column, ops=_OF_TEXT)


def _flag(name: str, column: str) -> Filter:
    return Filter(name, FilterKind.FLAG, "flag", column, column, _FLAGS, ops=_OF_OTHERS)


def _whole(name: str, compared: str, column: str | None = None) -> Filter:
    return Filter(name, FilterKind.WHOLE, "one_of", compared, column, ops=_OF_OTHERS)


def _tags(name: str, *ops: str) -> Filter:
    return Filter(name, FilterKind.TEXT, name, ops=(IS, *ops, "exact"))


def _seconds(name: str) -> Filter:
    """A bound of the time that a call waited, which is itself within."""
    return Filter(name, FilterKind.WHOLE, name)


def _in_model(column: str, model: int) -> Filter:
    """A traffic column of one attribution model, whichever model the filters are about."""
    name = f"{column}_{model}"
    return Filter(name, FilterKind.TEXT, "in_model", column, model=model, ops=_OF_TEXT)


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
    Filter("site", FilterKind.SITE, "site", "site_name", "site_id", ops=_OF_SITE),
    Filter(
        *("lead_type", FilterKind.CHOICE, "one_of", "lead_type", "lead_type"),
        choices=("call", "request"),
        ops=_OF_OTHERS,
    ),
    _text("source"),
    _text("medium"),
    _text("utm_source"),
    _text("utm_medium"),
    _text("utm_campaign"),
    _text("utm_content"),
    _text("utm_term"),
    _tags("tags", "not", "has", "hasnot", "starts", "empty"),
    _tags("tags_any"),
    _tags("tags_not"),
    _text("manager"),
    _flag("unique", "is_unique"),
    _flag("target", "is_target"),
    _text("status"),
    _flag("worktime", "is_worktime"),
    Filter("own_hours", FilterKind.FLAG, "own_hours", choices=_FLAGS, ops=(IS, "not")),
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
    Filter("id_or_tag", FilterKind.CONTACT, "id_or_tag"),
    Filter("clean", FilterKind.SET, "only/clean", choices=("yes",)),
    Filter("only", FilterKind.SET, "any_set", choices=SETS, ops=(IS, "not")),
)
MODELS = (0, 1)
_BY_NAME = {one.name: one for one in FILTERS}


def key_of(name: str, op: str) -> str:
    key = f"{name}.{op}" if op else name
    return _SAME_KEYS.get(key, key)


KEYS: tuple[str, ...] = tuple(
    key for known in FILTERS for key in known.keys if key.partition(".")[0] == known.name
)
"""All conditions there are, in one order."""


def read_key(written: str) -> str:
    """A condition in one way of writing; raises `UnknownFilter`."""
    key = _SAME_KEYS.get(written, written)
    name, _, op = key.partition(".")
    if name not in _BY_NAME or key != key_of(name, op) or op not in _BY_NAME[name].ops:
        raise UnknownFilter(written)
    return key


def parts_of(key: str) -> tuple[Filter, str]:
    """The filter of a condition, and how it compares."""
    name, _, op = key.partition(".")
    return _BY_NAME[name], op


def is_whole_value(key: str) -> bool:
    """Whether the values of a condition are whole ones, not parts of them or `yes` and `no`."""
    return parts_of(key)[1] in (IS, "not", "exact")


def read_values(written_key: str, written: Sequence[str]) -> tuple[str, ...]:
    """The values of a condition in one way of writing; raises `UnknownFilter`, `BadValue`."""
    known, op = parts_of(read_key(written_key))
    return tuple(dict.fromkeys(_read(known, op, value) for value in written))


def _read(known: Filter, op: str, value: str) -> str:
    key = key_of(known.name, op)
    if op == "empty":
        return _one_of(key, _SAME_FLAGS.get(value, value), ("yes", "no"))
    if op in PART_OPS:
        return _read_part(key, value)
    if known.kind is FilterKind.CONTACT:
        return _read_search(known, value)
    if known.kind is FilterKind.WHOLE:
        return _read_whole(key, value)
    if known.kind is FilterKind.SITE and _is_whole(value):
        return str(int(value))
    if known.kind in (FilterKind.TEXT, FilterKind.SITE):
        return NOT_GIVEN[0] if value in NOT_GIVEN else value
    if known.kind is FilterKind.FLAG:
        value = _SAME_FLAGS.get(value, value)
    return _one_of(key, value, known.choices)


def _one_of(key: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise BadValue(key, value, choices)
    return value


def _read_part(key: str, value: str) -> str:
    """Of blanks alone, every text has a part."""
    if not value.strip():
        raise BadValue(key, value, _CONTACTS[:1])
    return value


def _read_whole(key: str, value: str) -> str:
    if not _is_whole(value):
        raise BadValue(key, value, _WHOLE)
    return value


def _is_whole(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS


def _read_search(known: Filter, value: str) -> str:
    """The digits of a phone or an id, an e-mail or a part of one with its @, or a text."""
    if is_number(value):
        read = number_in(value)
    else:
        read = canonical_email(value) or " ".join(value.lower().split())
        if known.name == "id_or_tag" and may_be_contact(read):
            raise BadValue(known.name, value, _IDS_AND_TAGS)
    if not 0 < len(read) <= LONGEST_SEARCH:
        raise BadValue(known.name, value, _CONTACTS)
    return read
