"""`/attribution`: what brings leads, and what brings good ones?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from analytics.reports.groups import GROUPS
from dashboards.access.roles import Audience
from dashboards.page.cards import Card, Page, Paragraph, Part, TemplatePart
from dashboards.page.context import CardContext
from dashboards.page.empty import empty_slice
from dashboards.page.groups import UTM_PATH
from dashboards.page.rows import ask_row
from dashboards.page.switches import Position, switch_of
from dashboards.page.truncated import cut
from dashboards.pages.attribution.mix import mix
from dashboards.pages.attribution.rates import rates, rates_title
from dashboards.pages.attribution.tree import (
    GROUP_BY,
    MOST_ROWS,
    PATH,
    branches_in,
    branches_of,
    scale_of,
    total_of,
    tree_table,
    tree_title,
)
from dashboards.slice.slice import Slice
from dashboards.wording.rates import share


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many leads have a model, and how many no utm label at all."""

    leads: int
    by_model_0: int
    by_model_1: int
    without_model: int
    without_utm: int


def coverage(context: CardContext) -> Sequence[Part]:
    """Which attribution model is in force, and what the leads do not say."""
    row = ask_row(context, "attribution_coverage", Coverage)
    if not row.leads:
        return ()
    model = Paragraph(_model_text(row, context))
    return (model, _without_utm(row, context)) if row.without_utm else (model,)


def tree(context: CardContext) -> Sequence[Part]:
    group = context.options["group_by"]
    branches, answer = branches_of(context, group, MOST_ROWS)
    choice = _choice(context, group)
    if not branches:
        return empty_slice(context, 0)
    scale, in_all = scale_of(answer), len(answer.rows)
    total = total_of(group, answer, scale, context)
    if len(branches) == in_all:
        return (*choice, replace(tree_table(group, branches, context), total=total))
    table = tree_table(
        group, branches, context, lambda _: branches_in(answer, context, group, scale)
    )
    is_part = cut(context, len(branches), in_all)
    return (*choice, *is_part, replace(table, total=total))


PAGE = Page(
    "attribution",
    PATH,
    (
        Card("attribution.tree", tree, title=tree_title),
        Card("attribution.rates", rates, title=rates_title),
        Card("attribution.mix", mix),
        Card("attribution.coverage", coverage),
    ),
    options=(GROUP_BY,),
    audience=Audience.SITES,
)


def _model_text(row: Coverage, context: CardContext) -> str:
    texts, formats, model = context.texts, context.formats, context.slice.model
    counts = {
        "by_model_0": formats.number(row.by_model_0),
        "by_model_1": formats.number(row.by_model_1),
    }
    if model is None:
        text = texts("attribution.preferred", **counts)
        if not row.without_model:
            return text
        return f"{text} {texts('attribution.no_model', count=formats.number(row.without_model))}"
    name = texts(f"slice.model_{model}")
    text = texts("attribution.chosen", model=name, count=counts[f"by_model_{model}"])
    if not row.without_model:
        return f"{text} {texts('attribution.all_have_it')}"
    without = formats.count("of_leads", row.without_model)
    rate = _rate_in_brackets(row.without_model, row.leads, context)
    return f"{text} {texts('attribution.lack_it', count=without, rate=rate)}"


def _without_utm(row: Coverage, context: CardContext) -> Paragraph:
    """By channel one sees whether labels are missing or were never to be expected."""
    texts, formats = context.texts, context.formats
    text = texts(
        "attribution.without_utm",
        leads=formats.count("leads", row.without_utm),
        rate=_rate_in_brackets(row.without_utm, row.leads, context),
    )
    about = context.slice.narrowed(**dict.fromkeys(UTM_PATH))
    href = context.url(PATH, urlencode([*about.pairs, ("group_by", "medium")]))
    return Paragraph(text, "notice", href, texts("attribution.without_utm_link"))


def _rate_in_brackets(part: int, whole: int, context: CardContext) -> str:
    rate = share(part, whole)
    return "" if rate is None else f" ({context.formats.percent(rate)})"


def _choice(context: CardContext, group: str) -> Sequence[TemplatePart]:
    """None in a file: there is no server to ask for another group."""
    if context.origin != "":
        return ()
    texts = context.texts
    groups = [(name, texts(f"group.{name}")) for name in GROUPS]
    values: dict[str, object] = {"groups": groups, "chosen": group, "kept": context.slice.pairs}
    return (_lead_types(context, group), TemplatePart("parts/group_by.html", values))


def _lead_types(context: CardContext, group: str) -> TemplatePart:
    """Calls and requests are not bought alike: with one click all columns are of one of them."""
    texts, here = context.texts, context.slice
    other = {name: values for name, values in here.other.items() if name != "lead_type"}
    both = replace(here.without("lead_type"), other=other)
    chosen = here.chosen.get("lead_type", ())

    def position(title: str, about: Slice, *, is_chosen: bool) -> Position:
        query = urlencode([*about.pairs, ("group_by", group)])
        return Position(texts(title), f"?{query}#tree", is_chosen)

    types = [("site.calls", "call"), ("site.requests", "request")]
    positions = [
        position("attribution.both_types", both, is_chosen=not chosen),
        *(
            position(title, both.narrowed(lead_type=one), is_chosen=chosen == (one,))
            for title, one in types
        ),
    ]
    return switch_of(texts("filter.lead_type"), positions)
