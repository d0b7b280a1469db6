"""Ten filter sets drawn from what a world holds, and the leads that each leaves, by pandas."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pandas as pd

from analytics.reports.filters import EMPTY, FILTERS, SETS, FilterKind, Filters, read_values
from tests.analytics.fold.plain_fold import canonical_email, canonical_phone
from tests.analytics.reports.world import FIRST_DAY, LAST_DAY, World

KEY = ["lead_type", "lead_id"]
TRAFFIC = ["source", "medium", "utm_source", "utm_medium", "utm_campaign", "utm_content"]
TRAFFIC += ["utm_term", "session_id", "hostname", "url", "ref", "gcid", "ya_client_id", "attrs"]
TRAFFIC += ["city", "browser", "os", "device", "ip", "user_agent"]
# These look at other calls; the tests of the view that tells them are their own.
_OF_MISSED_CALLS = ("recovered", "pending", "lost")
_COLUMNS = {known.name: known.column for known in FILTERS}
_KINDS = {known.name: known.kind for known in FILTERS}
# What each of the ten has among its conditions.
_SURE = (None, "only", "clean", "source", "tags_any", "unique", None, "tags_not", "only", "medium")
_CODED = {
    "weekday": [str(day) for day in range(1, 6)],
    "hour": [str(hour) for hour in range(8, 21)],
}

_NUMBERS = (FilterKind.WHOLE, FilterKind.SITE)
_BOUNDS = ("waiting_from", "waiting_to")

Test = Callable[[pd.DataFrame, World, tuple[str, ...]], "pd.Series[bool]"]


def filter_sets(world: World, seed: int = 20) -> list[Filters]:
    """The first is everything; each of the others has a period, a model and conditions of its own
    and leaves dozens of leads at least."""
    chance = random.Random(seed)
    found = [Filters(FIRST_DAY, LAST_DAY)]
    while len(found) < len(_SURE):
        filters = _drawn(chance, world, _SURE[len(found)])
        if len(picked(world, filters)) >= 20:
            found.append(filters)
    return found


def _drawn(chance: random.Random, world: World, sure: str | None) -> Filters:
    last = LAST_DAY - timedelta(chance.choice((0, 0, 1, 5, 21)))
    first = last - timedelta(chance.choice((6, 29, 45, 59, 365)))
    names = [sure] if sure else []
    others = [one for one in _KINDS if one not in names and one != "id_or_tag"]
    names += chance.sample(others, chance.randrange(3))
    chosen = {_key(name): read_values(name, _values(chance, world, name)) for name in names}
    return Filters(first, last, chance.choice((None, None, 0, 1)), chosen)


def _key(name: str) -> str:
    """Texts as they stand: what folding means is told in test_conditions.py."""
    return f"{name}.exact" if _KINDS[name] is FilterKind.TEXT else name


def _values(chance: random.Random, world: World, name: str) -> list[str]:
    """Those of random leads, so that the most usual ones are drawn the most."""
    if name == "clean":
        return ["yes"]
    if name == "only":
        return [chance.choice([one for one in SETS if one not in _OF_MISSED_CALLS])]
    if name.startswith("tags"):
        return chance.sample(list(world.frame("lead_tags")["tag"]), 1 if name == "tags" else 2)
    if name == "search":
        phone = chance.choice(list(world.frame("leads")["canonical_phone"].dropna()))
        email = chance.choice(list(world.frame("leads")["email"].dropna()))
        digits = (chance.choice("0123456789") for _ in range(3))
        return [f"8 ({phone[1:4]}) {phone[4:7]}", phone[2:8], email.upper(), *digits]
    if name == "own_hours":
        return chance.sample(["yes", "no", "unknown"], 2)
    if name in _BOUNDS:
        return [str(chance.randrange(5, 15))]
    if name in _CODED:
        return chance.sample(_CODED[name], 4)
    if name in _OF_MODEL:
        values = chance.sample(list(world.frame("leads")[name[:-2]].astype(object)), 5)
        return [_written(name, value) for value in values]
    values = chance.sample(list(world.frame("leads")[_COLUMNS[name]].astype(object)), 5)
    return [_written(name, value) for value in values]


def _written(name: str, value: Any) -> str:
    if pd.isna(value):
        return {FilterKind.WHOLE: "0", FilterKind.SITE: "0", FilterKind.FLAG: "unknown"}.get(
            _KINDS[name], "null"
        )
    if _KINDS[name] is FilterKind.FLAG:
        return "yes" if value else "no"
    if _KINDS[name] in _NUMBERS:
        return str(int(value))
    return str(value) or EMPTY


def picked(world: World, filters: Filters) -> pd.DataFrame:
    """The leads that the filters leave, with the traffic columns of their model."""
    leads = world.frame("leads")
    if filters.model is not None:
        leads = of_model(world, filters.model)
    kept = leads["day"].between(filters.first, filters.last)
    for key, values in filters.chosen.items():
        name = key.removesuffix(".exact")
        kept &= _TESTS.get(name, _usual(name))(leads, world, values)
    return leads[kept].reset_index(drop=True)


def leads_of(world: World, filters: Filters) -> list[dict[str, Any]]:
    """The same as rows, with None for what is absent."""
    return world.rows(repr(filters), lambda: picked(world, filters))


def of_model(world: World, model: int) -> pd.DataFrame:
    """Every lead with the traffic columns of the model, NULL where it was not received."""
    attributions = world.frame("lead_attributions")
    told = attributions.loc[attributions["attribution_model"] == model, KEY + TRAFFIC]
    columns = list(world.frame("leads").columns)
    return world.frame("leads").drop(columns=TRAFFIC).merge(told, on=KEY, how="left")[columns]


def keys(frame: pd.DataFrame) -> "pd.Series[Any]":
    """Which lead each row is of."""
    return pd.Series(list(zip(frame["lead_type"], frame["lead_id"], strict=True)), frame.index)


def both_models(world: World) -> pd.DataFrame:
    """One row per lead that has both models: source_0, medium_0, source_1, medium_1; an absent
    value is "∅", so that two of them are equal."""
    table = world.frame("lead_attributions")[[*KEY, "attribution_model", "source", "medium"]]
    table = table.fillna({"source": "∅", "medium": "∅"})
    last, other = (table[table["attribution_model"] == model] for model in (0, 1))
    return last.merge(other, on=KEY, suffixes=("_0", "_1"))


def _usual(name: str) -> Test:
    """One column, one of the values."""

    def test(leads: pd.DataFrame, _: World, values: tuple[str, ...]) -> "pd.Series[bool]":
        column = leads[_COLUMNS[name]].astype(object)
        return column.map(lambda value: _written(name, value) in values and _is_told(name, value))

    return test


def _is_told(name: str, value: Any) -> bool:
    """Whole numbers have no way of writing an absent one."""
    return _KINDS[name] not in _NUMBERS or not pd.isna(value)


def _tagged(leads: pd.DataFrame, world: World, tags: tuple[str, ...]) -> "pd.Series[int]":
    """How many of the tags each lead has."""
    table = world.frame("lead_tags")
    table = table[table["tag"].isin(tags)].drop_duplicates([*KEY, "tag"])
    return keys(leads).map(keys(table).value_counts()).fillna(0).astype(int)


def _antifraud(leads: pd.DataFrame, world: World) -> "pd.Series[bool]":
    table = world.frame("lead_tags")
    tagged = keys(table[table["tag_category"] == "auto_af"])
    return leads["is_spam"].eq(True) | keys(leads).isin(tagged)


def _only(leads: pd.DataFrame, world: World, names: tuple[str, ...]) -> "pd.Series[bool]":
    both = both_models(world)
    old, new = (both[f"source_{m}"] + "\n" + both[f"medium_{m}"] for m in (0, 1))
    direct = "(direct)\n(none)"
    of_pairs = {
        "both_models": both,
        "moved": both[old != new],
        "rescued_from_direct": both[(old == direct) & (new != direct)],
    }
    is_ended = leads["call_phase"].fillna("calldisconnected") == "calldisconnected"
    tests = {
        "unfinished": lambda: leads["call_phase"] == "callconnected",
        "unique_target": lambda: leads["is_unique_target"].eq(True),
        "repeat": lambda: leads["is_unique"].eq(False),
        "missed": lambda: is_ended & (leads["status"] == "unsuccessful"),
        "antifraud": lambda: _antifraud(leads, world),
        "callback_calls": lambda: leads["callback_request_id"].notna(),
    }
    kept = pd.Series(False, leads.index)
    for name in names:
        kept |= keys(leads).isin(keys(of_pairs[name])) if name in of_pairs else tests[name]()
    return kept


def _search(leads: pd.DataFrame, _: World, values: tuple[str, ...]) -> "pd.Series[bool]":
    emails = [one for one in values if "@" in one]
    ends = tuple(one for one in values if one not in emails)
    inside = [one for one in ends if len(one) >= 5]
    starts = tuple(f"7{one[1:]}" for one in inside if one[0] == "8")

    def has_phone(sent: str | None) -> bool:
        phone = canonical_phone(None if pd.isna(sent) else sent) or ""
        return phone.startswith(starts) or phone.endswith(ends) or any(o in phone for o in inside)

    def has_email(sent: str | None) -> bool:
        email = canonical_email(None if pd.isna(sent) else sent) or ""
        return any(one in email for one in emails)

    is_id = leads["lead_id"].astype(str).isin(ends)
    return is_id | leads["caller_phone"].map(has_phone) | leads["email"].map(has_email)


def in_own_hours(lead: dict[str, Any], world: World) -> bool | None:
    """Whether it began in the hours of the calendar; None where nobody knows."""
    at = lead["happened_local"]
    if at is None or pd.isna(at):
        return None
    (day,) = (row for row in world.rows("calendar") if row["day"] == at.date())
    return bool(day["works_from"] <= at < day["works_until"])


def _own_hours(leads: pd.DataFrame, world: World, values: tuple[str, ...]) -> "pd.Series[bool]":
    names = {True: "yes", False: "no", None: "unknown"}
    kept = [
        names[in_own_hours({"happened_local": at}, world)] in values
        for at in leads["happened_local"].astype(object)
    ]
    return pd.Series(kept, leads.index)


def _of_model(name: str) -> Test:
    """A traffic column of one model, `source_0` and the like."""
    column, _, model = name.rpartition("_")

    def test(leads: pd.DataFrame, world: World, values: tuple[str, ...]) -> "pd.Series[bool]":
        table = world.frame("lead_attributions")
        told = table[column].astype(object).map(lambda value: _written(column, value))
        fits = (table["attribution_model"] == int(model)) & told.isin(values)
        return keys(leads).isin(keys(table[fits]))

    return test


_OF_MODEL = ("source_0", "medium_0", "source_1", "medium_1")
_TESTS: dict[str, Test] = {
    **{name: _of_model(name) for name in _OF_MODEL},
    "tags": lambda leads, world, values: _tagged(leads, world, values) == len(values),
    "tags_any": lambda leads, world, values: _tagged(leads, world, values) > 0,
    "tags_not": lambda leads, world, values: _tagged(leads, world, values) == 0,
    "clean": lambda leads, world, values: ~_antifraud(leads, world),
    "only": _only,
    "search": _search,
    "own_hours": _own_hours,
    "waiting_from": lambda leads, world, values: leads["waiting_time"] >= min(map(int, values)),
    "waiting_to": lambda leads, world, values: leads["waiting_time"] <= max(map(int, values)),
    "weekday": lambda leads, world, values: (
        (leads["happened_local"].dt.day_of_week + 1).map(str_or_none).isin(values)
    ),
    "hour": lambda leads, world, values: (
        leads["happened_local"].dt.hour.map(str_or_none).isin(values)
    ),
}


def str_or_none(number: float) -> str | None:
    return None if pd.isna(number) else str(int(number))
