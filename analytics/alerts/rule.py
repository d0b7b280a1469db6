"""A rule of one's own: a number of a report that is told of when it is too high, too low, or not as
usual. Pure, and light: settings read it."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

PERIODS = ("hour", "today", "day", "7d", "28d")
"""The last full hour, today until now, the last full day, the last 7 and 28 full days."""
COMPARES = ("above", "below", "unusual")
EACH_SITE = "each"
NAME = re.compile(r"[\w .,:()-]{1,64}")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SITE = re.compile(r"|each|[0-9]{1,18}")
_QUIET = re.compile(r"|(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d")
_MOST_QUERY = 2_000


class BadRule(ValueError):
    """`place`: the key that is wrong; `expected`: what would do."""

    def __init__(self, place: str, expected: str) -> None:
        super().__init__(f"{place} must be {expected}")
        self.place = place
        self.expected = expected


@dataclass(frozen=True, slots=True)
class AlertRule:
    """`query`: filters and parameters of the report, as in a URL. `site`: empty for all together,
    `each`, or an id. `threshold`: None where it is compared with what is usual. `quiet`: hours in
    which it is not told, as 22:00-08:00; empty for none."""

    name: str
    report: str
    column: str
    period: str = "day"
    compare: str = "unusual"
    threshold: float | None = None
    query: str = ""
    site: str = ""
    quiet: str = ""
    is_on: bool = True

    def definition(self) -> dict[str, object]:
        """Without the name; `rule_of` reads it."""
        values = asdict(self)
        del values["name"]
        return values


def rule_of(name: str, values: Mapping[str, object]) -> AlertRule:
    """Raises `BadRule`."""
    if not NAME.fullmatch(name) or name != name.strip():
        raise BadRule("name", "1 to 64 letters, digits, blanks and . , : ( ) -")
    unknown = sorted(set(values) - {*AlertRule.__dataclass_fields__} | {"name"} & set(values))
    if unknown:
        raise BadRule(unknown[0], "one of " + ", ".join(list(AlertRule.__dataclass_fields__)[1:]))
    compare = _one_of(values, "compare", COMPARES, "unusual")
    is_on = values.get("is_on", True)
    if not isinstance(is_on, bool):
        raise BadRule("is_on", "true or false")
    return AlertRule(
        name,
        _matching(values, "report", _WORD, "the name of a report, as in /api/reports"),
        _matching(values, "column", _WORD, "the name of a column of that report"),
        _one_of(values, "period", PERIODS, "day"),
        compare,
        None if compare == "unusual" else _number(values.get("threshold")),
        _filters_text(values.get("query", "")),
        _matching(values, "site", _SITE, "a site's ID, or each, or nothing for all together"),
        _matching(values, "quiet", _QUIET, "hours like 22:00-08:00"),
        is_on,
    )


def _one_of(values: Mapping[str, object], key: str, words: tuple[str, ...], usual: str) -> str:
    word = values.get(key, usual)
    if word not in words:
        raise BadRule(key, " or ".join(words))
    return str(word)


def _matching(
    values: Mapping[str, object], key: str, pattern: re.Pattern[str], expected: str
) -> str:
    written = values.get(key, "")
    text = str(written).strip() if isinstance(written, str | int) else "?"
    if isinstance(written, bool) or not pattern.fullmatch(text):
        raise BadRule(key, expected)
    return text


def _number(written: object) -> float:
    try:
        number = float(str(written).replace(",", "."))
    except ValueError:
        number = float("nan")
    if isinstance(written, bool) or not abs(number) < 1e15:
        raise BadRule("threshold", "a number")
    return number


def _filters_text(written: object) -> str:
    if not isinstance(written, str) or len(written) > _MOST_QUERY or not written.isprintable():
        raise BadRule("query", "text like source=yandex&lead_type=call")
    return written.strip().removeprefix("?")
