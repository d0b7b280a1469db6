"""What of a page's query is kept when somebody saves or shares it: never whom they searched for.

A phone that was searched for is not kept: nobody would look for it there when it has to be erased.
"""

from collections.abc import Collection
from urllib.parse import parse_qsl, urlencode

from analytics.privacy.masking import mask_filter
from analytics.reports.filters import parts_of
from dashboards.slice.conditions import GROUPS, OTHER, OWN, condition_in
from dashboards.slice.slice import FRAME

_SEARCH = "search"
_PERSONAL_OPTIONS = ("contact",)
"""Of pages: names of parameters that hold somebody's phone."""


def kept_query(query: str, options: Collection[str], without: str = "") -> str:
    """The slice and the page's own `options`, without what was searched for. Links of earlier
    versions have the plain names of conditions."""
    named = ((_kept_name(name, options), value) for name, value in parse_qsl(query))
    return urlencode([(name, value) for name, value in named if name and name != without])


def is_about_person(query: str) -> bool:
    """Whether it searches for somebody, or filters by what may be somebody's contact: without that
    condition others would see more than was meant, with it whom it is about."""
    return any(_is_personal(name, value) for name, value in parse_qsl(query))


def same_query(one: str, other: str) -> bool:
    """Whether two queries choose the same, in whichever order."""
    return sorted(parse_qsl(one)) == sorted(parse_qsl(other))


def _kept_name(name: str, options: Collection[str]) -> str | None:
    plain = None if name in options else condition_in(name, ("",))
    key = plain or condition_in(name, (OWN, OTHER, *GROUPS))
    if key is None:
        return name if name in (*FRAME, *options) and name not in _PERSONAL_OPTIONS else None
    if parts_of(key)[0].name == _SEARCH:
        return None
    return f"{OWN}{plain}" if plain else name


def _is_personal(name: str, value: str) -> bool:
    key = condition_in(name, ("", OWN, OTHER, *GROUPS))
    if key is None:
        return name in _PERSONAL_OPTIONS
    known = parts_of(key)[0].name
    return known == _SEARCH or mask_filter(known, value) != value
