"""What there is to choose on a page, and how a reader reads it."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.reports.filter_fields import IS, PART_OPS
from analytics.reports.filters import EMPTY, NOT_GIVEN, Conditions, FilterKind, parts_of
from dashboards.wording.tag_names import tag_text
from dashboards.wording.texts import Texts

_NAMED = (FilterKind.CHOICE, FilterKind.FLAG, FilterKind.SET)
_OF_ONE_TAG = ("has", "hasnot", "starts", "empty")


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A filter to choose: one of `choices`, or any text where there are none. `ops`: how it may be
    compared. `value`: what is chosen."""

    name: str
    label: str
    choices: Sequence[Choice] = ()
    ops: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """A value that is chosen, or a group of which one has to be true, and the URL query without
    it. `label`: the field and how it is compared, such as "Source contains"."""

    label: str
    value: str
    query: str


def named_choices(prefix: str, values: Sequence[str], chosen: str, texts: Texts) -> list[Choice]:
    return [Choice(value, texts(f"{prefix}{value}"), value == chosen) for value in values]


def value_text(key: str, value: str, texts: Texts) -> str:
    """A value of a condition; a stranger's text stays as it is."""
    known, op = parts_of(key)
    if op == "empty":
        return ""
    if known.kind in _NAMED:
        return texts(f"filter.{value}")
    if op in PART_OPS:
        return value
    if value == NOT_GIVEN[0]:
        return texts("site.not_given")
    if known.name.startswith("tags"):
        return tag_text(value, texts)
    return texts("site.empty") if value == EMPTY else value


_EMPTY = {"yes": "empty_yes", "no": "empty_no"}


def condition_text(key: str, value: str, texts: Texts) -> str:
    """What stands before the value: the field, and how it is compared."""
    known, op = parts_of(key)
    name = "tag" if known.name == "tags" and op in _OF_ONE_TAG else known.name
    if op == "empty":
        op = _EMPTY[value]
    elif op == "exact" and value == NOT_GIVEN[0]:
        op = IS
    return texts(f"op.of_{op or 'is'}", field=texts(f"filter.{name}"))


def group_words(group: Conditions, texts: Texts) -> str:
    """A group in one line: one condition or another."""
    each = (
        f"{condition_text(key, value, texts)} {value_text(key, value, texts)}".strip()
        for key, values in group.items()
        for value in values
    )
    return f" {texts('op.or')} ".join(each)
