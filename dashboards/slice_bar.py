"""The bar over a page on which its slice is chosen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics.filters import EMPTY, FILTERS, MODELS, NOT_GIVEN, Filter, Kind
from dashboards.cards import Page
from dashboards.inquiry import Inquiry
from dashboards.period import ALL, PRESETS, Period
from dashboards.slice import COMPARISONS, Slice
from dashboards.texts import Texts

# Reached by a click on a chart, or by the journal's search.
_UNSEEN = ("lead_id", "weekday", "hour", "search")
_ELSEWHERE = ("lead_type", "clean", *_UNSEEN)
_NAMED = (Kind.CHOICE, Kind.FLAG, Kind.SET)
_KINDS = {one.name: one.kind for one in FILTERS}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: str
    is_chosen: bool


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
    """A value that is chosen, and the URL query without it."""

    label: str
    value: str
    query: str


@dataclass(frozen=True, slots=True)
class Preset:
    """A period to choose with one click."""

    text: str
    query: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class SliceBar:
    """`kept`: names and values that the form sends along unseen."""

    period: Period
    before: Period | None
    presets: Sequence[Preset]
    comparisons: Sequence[Choice]
    models: Sequence[Choice]
    lead_types: Sequence[Choice]
    is_clean: bool
    fields: Sequence[Field]
    chips: Sequence[Chip]
    kept: Sequence[tuple[str, str]]
    cleared: str


def slice_bar(page: Page, inquiry: Inquiry) -> SliceBar:
    texts, here = inquiry.visit.texts, inquiry.slice
    model = "any" if here.model is None else str(here.model)
    lead_type = here.chosen.get("lead_type", ("",))[0]
    return SliceBar(
        period=here.period,
        before=here.before,
        presets=_presets(here, texts),
        comparisons=_choices("slice.compare_", COMPARISONS, here.compare, texts),
        models=_choices("slice.model_", ("any", *map(str, MODELS)), model, texts),
        lead_types=_choices("filter.", ("call", "request"), lead_type, texts),
        is_clean="clean" in here.chosen,
        fields=[_field(one, here, texts) for one in FILTERS if one.name not in _ELSEWHERE],
        chips=_chips(here, texts),
        kept=_kept(page, inquiry),
        cleared=replace(here, chosen={}).query,
    )


def value_text(name: str, value: str, texts: Texts) -> str:
    """A filter's value as a reader reads it; a stranger's text stays as it is."""
    if _KINDS[name] in _NAMED:
        return texts(f"filter.{value}")
    if value == NOT_GIVEN[0]:
        return texts("site.not_given")
    return texts("site.empty") if value == EMPTY else value


def _presets(here: Slice, texts: Texts) -> list[Preset]:
    return [
        Preset(texts(f"slice.{name}"), replace(here, name=name).query, name == here.name)
        for name in (*PRESETS, ALL)
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
    return Field(known.name, texts(f"filter.{known.name}"), choices, kept)


def _chips(here: Slice, texts: Texts) -> list[Chip]:
    return [
        Chip(
            texts(f"filter.{name}"),
            value_text(name, value, texts),
            here.without(name, value).query,
        )
        for name, values in here.chosen.items()
        for value in values
    ]


def _kept(page: Page, inquiry: Inquiry) -> list[tuple[str, str]]:
    options = [(one.name, str(inquiry.options[one.name])) for one in page.options]
    # The days on the form are this period's; it stays what it is called unless they are changed.
    options += [("period", inquiry.slice.name)] if inquiry.slice.name else []
    chosen = inquiry.slice.chosen
    return options + [(name, value) for name in _UNSEEN for value in chosen.get(name, ())]
