"""The bar above a page in which its slice is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from analytics.reports.filter_fields import OPS
from analytics.reports.filters import FILTERS, MODELS, MOST_GROUPS, Filter
from dashboards.page.cards import Page
from dashboards.page.choices import Choice, condition_text, group_words, value_text
from dashboards.page.comparison import compared_text
from dashboards.page.context import CardContext
from dashboards.slice.added import IS_WORD
from dashboards.slice.address import WAS
from dashboards.slice.conditions import OWN
from dashboards.slice.period import ALL, PRESETS, Period, units_within
from dashboards.slice.slice import COMPARISONS, Slice
from dashboards.wording.texts import Texts

SOURCES_BY_MODEL = ("source_0", "medium_0", "source_1", "medium_1")
# Reached by a click on a chart, or by the journal's search.
_UNSEEN = ("lead_id", "weekday", "hour", "search", "id_or_tag", *SOURCES_BY_MODEL)
_ELSEWHERE = ("lead_type", "clean", *_UNSEEN)
_SEEN = tuple(known.name for known in FILTERS if known.name not in _UNSEEN)

Pairs = list[tuple[str, str]]
"""Names and values in a URL's query, or in the hidden fields of a form."""


@dataclass(frozen=True, slots=True)
class Field:
    """A filter to choose: one of `choices`, or any text where there are none. `kept`: values that
    the form sends along beside what is chosen here."""

    name: str
    label: str
    choices: Sequence[Choice]
    kept: Sequence[str]


@dataclass(frozen=True, slots=True)
class Chip:
    """A value that is chosen, or a group of which one has to be true, and the URL query without
    it. `label`: the field and how it is compared, such as "Source contains"."""

    label: str
    value: str
    query: str


@dataclass(frozen=True, slots=True)
class FilterForm:
    """What there is to add a filter with: a field, how it is compared, and to which group."""

    fields: Sequence[Choice]
    ops: Sequence[Choice]
    groups: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class Preset:
    """A period to choose with one click."""

    text: str
    query: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SliceBar:
    """`kept`: names and values that the form sends along unseen. `query`: of this page as it is."""

    period: Period
    compared: str
    presets: Sequence[Preset]
    comparisons: Sequence[Choice]
    units: Sequence[Choice]
    models: Sequence[Choice]
    lead_types: Sequence[Choice]
    is_clean: bool
    fields: Sequence[Field]
    chips: Sequence[Chip]
    kept: Sequence[tuple[str, str]]
    cleared: str
    query: str
    added: FilterForm


def slice_bar(page: Page, context: CardContext) -> SliceBar:
    texts, here = context.texts, context.slice
    options = option_pairs(page, context)
    model = "any" if here.model is None else str(here.model)
    lead_type = here.chosen.get("lead_type", ("",))[0]
    return SliceBar(
        period=here.period,
        compared=compared_text(context),
        presets=_presets(here, options, texts),
        comparisons=_choices("slice.compare_", COMPARISONS, here.compare, texts),
        units=_choices("slice.unit_", units_within(here.period.days), here.unit or "", texts),
        models=_choices("slice.model_", ("any", *map(str, MODELS)), model, texts),
        lead_types=_choices("filter.", ("call", "request"), lead_type, texts),
        is_clean="clean" in here.chosen,
        fields=[_field(known, here, texts) for known in FILTERS if known.name not in _ELSEWHERE],
        chips=_chips(here, options, texts),
        kept=_kept(page, options, here),
        cleared=_query(here.without_filters, options),
        query=_query(here, options),
        added=_filter_form(here, texts),
    )


def _filter_form(here: Slice, texts: Texts) -> FilterForm:
    fields = [Choice(one.name, texts(f"filter.{one.name}"), False) for one in FILTERS]
    ops = [Choice(op, texts(f"op.{op}"), False) for op in (IS_WORD, *OPS)]
    groups = [("", texts("op.and_all"))]
    groups += [
        (f"any{place}", texts("op.or_group", group=group_words(group, texts)))
        for place, group in enumerate(here.any_of, 1)
    ]
    if len(here.any_of) < MOST_GROUPS:
        groups.append((f"any{len(here.any_of) + 1}", texts("op.or_new")))
    return FilterForm(fields, ops, [Choice(*group, is_chosen=False) for group in groups])


def _presets(here: Slice, options: Pairs, texts: Texts) -> list[Preset]:
    queries = {name: _query(replace(here, name=name), options) for name in (*PRESETS, ALL)}
    return [
        Preset(texts(f"slice.{name}"), query, name == here.name) for name, query in queries.items()
    ]


def _choices(prefix: str, values: Sequence[str], chosen: str, texts: Texts) -> list[Choice]:
    return [Choice(value, texts(f"{prefix}{value}"), value == chosen) for value in values]


def _field(known: Filter, here: Slice, texts: Texts) -> Field:
    chosen = here.chosen.get(known.name, ())
    choices = [
        Choice(value, value_text(known.name, value, texts), chosen == (value,))
        for value in known.choices
    ]
    kept = () if len(chosen) == 1 and known.choices else chosen
    return Field(f"{OWN}{known.name}", texts(f"filter.{known.name}"), choices, kept)


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


def _kept(page: Page, options: Pairs, here: Slice) -> Pairs:
    # The form sends the days as well; unless they are changed, the period keeps its name.
    period = [("period", here.name)] if here.name else []
    was = (WAS, f"{here.first}/{here.last}")
    seen = {f"{OWN}{name}" for name in _SEEN} if page.sliced == "leads" else set()
    unseen = [pair for pair in here.condition_pairs(OWN) if pair[0] not in seen]
    compared = [pair for pair in here.compared_pairs if pair[0] != "compare"]
    return [*options, *period, was, *here.as_of_pairs, *compared, *unseen]


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
