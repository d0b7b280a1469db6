"""What there is to choose a comparison from; sites, which may be compared with each other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from analytics.reports.filters import FILTERS, pairs_of
from dashboards.page.choices import (
    Chip,
    Choice,
    Field,
    condition_text,
    named_choices,
    value_text,
)
from dashboards.page.comparison import compared_text
from dashboards.page.context import CardContext
from dashboards.page.sites import LeadSite
from dashboards.slice.conditions import OTHER, OWN
from dashboards.slice.slice import COMPARISONS, NOTHING, OTHER_SLICE, OWN_DAYS, Slice
from dashboards.wording.texts import Texts

_LEAST_SITES = 2
_AGAINST = ("site", "lead_type", "clean", "only")
"""Fields of the other leads of a comparison that have a choice of their own; the others are added
as to the filters."""


@dataclass(frozen=True, slots=True)
class ComparisonForm:
    """`name`: of the one that is chosen. `said`: the same in a few words, `compared` in full.
    `others`: fields of the other leads; `kept`: conditions of these that no field shows; `chips`
    remove them. `turned`: the query with the comparison on or off."""

    name: str
    said: str
    compared: str
    choices: Sequence[Choice]
    days: Sequence[str]
    others: Sequence[Field]
    kept: Sequence[tuple[str, str]]
    chips: Sequence[Chip]
    turned: str


def comparison_form(
    context: CardContext, sites: Sequence[LeadSite], query_of: Callable[[Slice], str]
) -> ComparisonForm:
    texts, here = context.texts, context.slice
    compared, days = compared_text(context), here.compared_days
    is_own = here.compare in (OWN_DAYS, OTHER_SLICE)
    said = (
        texts("slice.said_with", what=compared) if is_own else texts(f"slice.said_{here.compare}")
    )
    turned = NOTHING if here.compare != NOTHING else COMPARISONS[0]
    others = _other_fields(here, sites, texts)
    shown = {field.name.removeprefix(OTHER) for field in others}
    unseen = {key: values for key, values in here.other.items() if key not in shown}
    return ComparisonForm(
        name=here.compare,
        said=said,
        compared=compared,
        choices=named_choices("slice.compare_", COMPARISONS, here.compare, texts),
        days=(f"{days.first}", f"{days.last}") if days else ("", ""),
        others=others,
        kept=pairs_of(unseen, OTHER),
        chips=[_other_chip(key, one, context, query_of) for key, one in pairs_of(unseen, "")],
        turned=query_of(replace(here, compare=turned, compared_days=None)),
    )


def _other_chip(
    key: str, value: str, context: CardContext, query_of: Callable[[Slice], str]
) -> Chip:
    texts, here = context.texts, context.slice
    left = replace(here, chosen=here.other).without(key, value).chosen
    words = condition_text(key, value, texts), value_text(key, value, texts)
    return Chip(*words, query_of(replace(here, other=left)))


def _other_fields(here: Slice, sites: Sequence[LeadSite], texts: Texts) -> list[Field]:
    """Those of the other leads; one with several values is not among them, for it is kept."""
    by_name = {known.name: known for known in FILTERS}
    found = []
    for name in _AGAINST:
        values = here.other.get(name, ())
        if len(values) > 1 or (name == "site" and len(sites) < _LEAST_SITES):
            continue
        value = "".join(values)
        written = [(one, value_text(name, one, texts)) for one in by_name[name].choices]
        if name == "site":
            written = _site_choices(sites, value)
        choices = [Choice(one, text, one == value) for one, text in written]
        found.append(Field(f"{OTHER}{name}", texts(f"filter.{name}"), choices, "", value))
    return found


def site_field(here: Slice, sites: Sequence[LeadSite], texts: Texts) -> Field | None:
    """None with one site, or where more is chosen than a list can show."""
    chosen = here.values_of("site")
    if len(sites) < _LEAST_SITES or len(chosen) > 1:
        return None
    value = "".join(chosen)
    choices = [Choice(one, text, one == value) for one, text in _site_choices(sites, value)]
    return Field(f"{OWN}site", texts("filter.site"), choices, "", value)


def _site_choices(sites: Sequence[LeadSite], chosen: str) -> list[tuple[str, str]]:
    """A link may name a site by its id, or one that there is none of."""
    written = [(site.site_id if chosen == site.site_id else site.name, site.name) for site in sites]
    is_known = not chosen or chosen in dict(written)
    return written if is_known else [(chosen, chosen), *written]
