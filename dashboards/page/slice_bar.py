"""The bar above a page in which its slice is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from analytics.reports.filter_fields import OPS
from analytics.reports.filters import FILTERS, MODELS, MOST_GROUPS, Filter
from dashboards.page.cards import Page
from dashboards.page.choices import (
    Chip,
    Choice,
    Field,
    condition_text,
    group_words,
    named_choices,
    value_text,
)
from dashboards.page.comparison_form import ComparisonForm, comparison_form, site_field
from dashboards.page.context import CardContext
from dashboards.page.sites import read_sites
from dashboards.slice.added import IS_WORD
from dashboards.slice.address import WAS
from dashboards.slice.beside import period_beside
from dashboards.slice.conditions import OWN
from dashboards.slice.earlier import RunningPeriod
from dashboards.slice.period import ALL, Period, units_within
from dashboards.slice.slice import NOTHING, OTHER_SLICE, OWN_DAYS, Slice
from dashboards.wording.texts import Texts

_SHOWN = ("lead_type", "clean")
_PRESETS = (
    ("today", "yesterday", "7d", "30d", "90d"),
    ("7d_full", "30d_full", "90d_full", ALL),
    ("week", "month", "quarter", "year"),
    ("last_week", "last_month", "last_quarter", "last_year"),
)
KEYS = {
    **{"today": "d", "yesterday": "e", "7d": "w", "30d": "t", "month": "m", "last_month": "l"},
    **{"year": "y", ALL: "a"},
}
"""The keys of presets, as Plausible has them."""

Pairs = list[tuple[str, str]]
"""Names and values in a URL's query, or in the hidden fields of a form."""


@dataclass(frozen=True, slots=True)
class FilterForm:
    """What there is to add a filter with: a field, how it is compared, and to which group."""

    fields: Sequence[Field]
    ops: Sequence[Choice]
    groups: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Preset:
    """A period to choose with one click, or with a key."""

    text: str
    query: str
    is_chosen: bool
    key: str


@dataclass(frozen=True, slots=True)
class SliceBar:
    """`kept`: names and values that the form sends along unseen. `query`: of this page as it is;
    `pinned`: on the days it has now, None where those are in the URL already.
    `earlier`, `later`: the queries of the periods beside it. `site`: None where there is no choice.
    """

    period: Period
    period_text: str
    compared: str
    presets: Sequence[Sequence[Preset]]
    earlier: str | None
    later: str | None
    comparison: ComparisonForm
    site: Field | None
    units: Sequence[Choice]
    models: Sequence[Choice]
    lead_types: Sequence[Choice]
    is_clean: bool
    as_of: str
    chips: Sequence[Chip]
    kept: Pairs
    cleared: str
    query: str
    pinned: str | None
    added: FilterForm


def slice_bar(page: Page, context: CardContext) -> SliceBar:
    texts, here = context.texts, context.slice
    options = option_pairs(page, context)
    model = "any" if here.model is None else str(here.model)
    lead_type = here.chosen.get("lead_type", ("",))[0]
    sites = read_sites(context.db) if page.sliced == "leads" else ()
    site = site_field(here, sites, texts)
    comparison = comparison_form(context, sites, partial(_query, options=options))
    return SliceBar(
        period=here.period,
        period_text=texts(f"slice.{here.name}") if here.name else context.formats.days(here.period),
        compared=comparison.compared,
        presets=_presets(here, options, texts),
        earlier=_beside(context, options, -1),
        later=_beside(context, options, 1),
        comparison=comparison,
        site=site,
        units=named_choices("slice.unit_", units_within(here.period.days), here.unit or "", texts),
        models=named_choices("slice.model_", ("any", *map(str, MODELS)), model, texts),
        lead_types=named_choices("filter.", ("call", "request"), lead_type, texts),
        is_clean="clean" in here.chosen,
        as_of=here.as_of or "",
        chips=_chips(here, options, texts),
        kept=_kept(page, options, here, site),
        cleared=_query(here.without_filters, options),
        query=_query(here, options),
        pinned=None if here.name is None else _query(_pinned(context), options),
        added=_filter_form(here, texts),
    )


def _pinned(context: CardContext) -> Slice:
    """The same days against the same days, for whoever opens the link in a week."""
    here = context.slice
    about, earlier = here.of(here.period), here.against(context.now)
    if earlier is None:
        return replace(about, compare=NOTHING)
    if here.compare == OTHER_SLICE:
        return about
    return replace(about, compare=OWN_DAYS, compared_days=earlier.period)


def _filter_form(here: Slice, texts: Texts) -> FilterForm:
    fields = [_added_field(one, texts) for one in FILTERS]
    ops = [Choice(op, texts(f"op.{op}"), False) for op in (IS_WORD, *OPS)]
    groups = [("", texts("op.and_all"))]
    groups += [
        (f"any{place}", texts("op.or_group", group=group_words(group, texts)))
        for place, group in enumerate(here.any_of, 1)
    ]
    if len(here.any_of) < MOST_GROUPS:
        groups.append((f"any{len(here.any_of) + 1}", texts("op.or_new")))
    return FilterForm(fields, ops, [Choice(*group, is_chosen=False) for group in groups])


def _added_field(known: Filter, texts: Texts) -> Field:
    ops = " ".join(op or IS_WORD for op in known.ops)
    choices = [Choice(one, value_text(known.name, one, texts), False) for one in known.choices]
    return Field(known.name, texts(f"filter.{known.name}"), choices, ops)


def _presets(here: Slice, options: Pairs, texts: Texts) -> list[list[Preset]]:
    def preset(name: str) -> Preset:
        query = _query(replace(here, name=name, until=None), options)
        return Preset(texts(f"slice.{name}"), query, name == here.name, KEYS.get(name, ""))

    return [[preset(name) for name in names] for names in _PRESETS]


def _beside(context: CardContext, options: Pairs, step: int) -> str | None:
    here = context.slice
    if here.name == ALL:
        return None
    now = context.now.replace(tzinfo=None)
    found = period_beside(RunningPeriod(here.period, here.name, now), step)
    if found is None:
        return None
    period, name = found
    return _query(replace(here.of(period), name=name, until=None), options)


def _chips(here: Slice, options: Pairs, texts: Texts) -> list[Chip]:
    chips = [
        Chip(
            condition_text(name, value, texts),
            value_text(name, value, texts),
            _query(here.without(name, value), options),
        )
        for name, values in here.chosen.items()
        for value in values
    ]
    groups = [
        Chip("", group_words(group, texts), _query(here.without_group(place), options))
        for place, group in enumerate(here.any_of)
    ]
    return [*chips, *groups]


def _kept(page: Page, options: Pairs, here: Slice, site: Field | None) -> Pairs:
    # The form sends the days as well; unless they are changed, the period keeps its name.
    period = [("period", here.name)] if here.name else []
    was = (WAS, f"{here.first}/{here.last}")
    shown = {site.name} if site else set()
    if page.sliced == "leads":
        shown |= {f"{OWN}{name}" for name in _SHOWN if len(here.chosen.get(name, ())) < 2}
    unseen = [pair for pair in here.condition_pairs(OWN) if pair[0] not in shown]
    as_of = [] if page.has_history else here.as_of_pairs
    return [*options, *period, was, *as_of, *unseen]


def option_pairs(page: Page, context: CardContext) -> Pairs:
    """The page's own parameters, where they are not the defaults. Places in a list are left out:
    another slice is another list."""
    return [
        (option.name, _option_text(context.options[option.name]))
        for option in page.options
        if not option.is_place and context.options[option.name] != option.default
    ]


def _option_text(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _query(about: Slice, options: Pairs) -> str:
    return urlencode([*about.pairs, *options])
