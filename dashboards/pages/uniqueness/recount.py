"""Our own recount of uniqueness: how it is chosen."""

from typing import Any

from analytics.reports.parameters import ACROSS, DEPTH, UNLIMITED
from dashboards.page.cards import TemplatePart
from dashboards.page.choices import Choice
from dashboards.page.context import CardContext

_DEPTHS = (UNLIMITED, 7, 14, 30, 60, 90, 180, 365)


def recount(context: CardContext) -> dict[str, Any]:
    """How it was chosen, as the reports take it."""
    return {name: context.options[name] for name in (ACROSS.name, DEPTH.name)}


def recounting(context: CardContext) -> TemplatePart:
    """The form in which one chooses how it is recounted."""
    texts, chosen = context.texts, context.options
    across = [
        Choice(value, texts(f"uniqueness.{value}"), value == chosen["across"])
        for value in ACROSS.choices
    ]
    offered = (*_DEPTHS, *({chosen["depth"]} - {*_DEPTHS}))
    depths = [Choice(f"{d}", depth_text(d, context), d == chosen["depth"]) for d in offered]
    values = {"across": across, "depths": depths}
    return TemplatePart("parts/recounting.html", values | {"kept": context.slice.pairs})


def depth_text(depth: int, context: CardContext) -> str:
    if depth == UNLIMITED:
        return context.texts("uniqueness.unlimited")
    return context.formats.count("days", depth)
