"""The address of a page as people have it: what in it is ours, and what is not.

People come by links that mailers, advertising and messengers have added to, by links of earlier
versions, and by forms. This is the one place that decides:

1. Ours are `from`, `to`, `period`, `compare`, `model`, `lang`, the page's own options, and
   conditions after `f.`, `any1.` to `any9.` and `vs.`.
2. The plain name of a condition, `source=yandex`, stands in links of earlier versions. With nothing
   foreign beside it, it is led to its new name. With something foreign beside, that is so only
   where the link names its days (`from`, `to`, `period`), as ours always did.
3. Plain `utm_*` are what mailers write, too: they are led to their new names only with another
   parameter of ours beside them, and nothing foreign.
4. Everything else is foreign: it changes nothing, and the page says so.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from analytics.reports.filters import parts_of
from dashboards.slice.added import ADDED, added_pairs
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.conditions import GROUPS, OTHER, OWN, condition_in
from dashboards.slice.slice import COMPARED_DAYS, COMPARISONS, FRAME, OTHER_SLICE, OWN_DAYS

WAS = "was"
"""What a form sends besides its days: those that it was made with."""
_ALWAYS = (*FRAME, "lang")
_DAYS = ("from", "to", "period")

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Address:
    """`query`: what is ours. `foreign`: names of what is not. `moved_to`: the query of the same
    page in our way of writing, where it is another one."""

    query: MultiDict[str, str]
    foreign: tuple[str, ...] = ()
    moved_to: str | None = None


def read_address(args: MultiDict[str, str], options: Collection[str]) -> Address:
    """`options`: names of the page's own parameters. Raises `BadQuery`."""
    pairs = list(args.items(multi=True))
    is_form = WAS in args or any(name in ADDED for name in args)
    if is_form:
        others = added_pairs(args, OTHER)
        compare = OTHER_SLICE if others else args.get("compare")
        pairs = [*_without_edited(pairs, args), *added_pairs(args), *others]
        pairs = _compared_so(pairs, compare) if compare else pairs
    old = {name for name, _ in pairs if name not in options and condition_in(name, ("",))}
    ours = {name for name, _ in pairs if is_ours(name, options)}
    foreign = list(dict.fromkeys(name for name, _ in pairs if name not in ours | old))
    led = _led(old, ours, bool(foreign))
    if is_form or led:
        moved = [(f"{OWN}{name}" if name in led else name, value) for name, value in pairs]
        return Address(args, (), urlencode(moved))
    query = MultiDict(pair for pair in pairs if pair[0] in ours)
    return Address(query, tuple(name for name in args if name not in ours))


def is_ours(name: str, options: Collection[str]) -> bool:
    return (
        name in _ALWAYS or name in options or condition_in(name, (OWN, OTHER, *GROUPS)) is not None
    )


def without_bad(args: MultiDict[str, str], error: BadQuery) -> str | None:
    """The query without what could not be read; None where that is nothing in it."""
    name, value = error.values.get("name"), error.values.get("value", "")
    names = _DAYS if error.key == "bad_query.backwards" else (name,)
    pairs = list(args.items(multi=True))
    is_bad = [one in names for one, _ in pairs]
    exact = [
        bad and written.startswith(value) for bad, (_, written) in zip(is_bad, pairs, strict=True)
    ]
    bad = exact if any(exact) else is_bad
    left = [pair for pair, is_out in zip(pairs, bad, strict=True) if not is_out]
    return urlencode(left) if any(bad) else None


def _led(old: set[str], ours: set[str], has_foreign: bool) -> set[str]:
    """Which plain names are conditions of ours."""
    utm = {name for name in old if _is_utm(name)}
    others = old - utm
    if has_foreign:
        return others if ours.intersection(_DAYS) else set()
    return old if others or ours - {"lang"} else set()


def _is_utm(name: str) -> bool:
    return parts_of(condition_in(name, ("",)) or name)[0].name.startswith("utm_")


def _without_edited(pairs: Iterable[tuple[str, str]], args: MultiDict[str, str]) -> Pairs:
    """A named period stays one unless the days beside it were edited; empty fields say nothing."""
    is_edited = WAS in args and f"{args.get('from')}/{args.get('to')}" != args[WAS]
    out = {WAS, *ADDED}
    if WAS in args and args.get("period"):
        out |= {"period"} if is_edited else {"from", "to"}
    return [(name, value) for name, value in pairs if value and name not in out]


def _compared_so(pairs: Iterable[tuple[str, str]], compare: str) -> Pairs:
    """With that comparison, which is not said where it is the usual one; without what another one
    would be made of."""
    unused = set() if compare == OWN_DAYS else {*COMPARED_DAYS}
    said = [] if compare == COMPARISONS[0] else [("compare", compare)]
    kept = [
        (name, value)
        for name, value in pairs
        if name not in unused | {"compare"}
        and (compare == OTHER_SLICE or not name.startswith(OTHER))
    ]
    return [*kept, *said]
