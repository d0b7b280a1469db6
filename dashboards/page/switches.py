"""Switches: links on a card that choose one value of a parameter of the page's URL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from dashboards.page.cards import TemplatePart
from dashboards.page.context import CardContext


@dataclass(frozen=True, slots=True)
class Position:
    text: str
    href: str | None
    is_chosen: bool


def switch(
    context: CardContext, option: str, label: str, texts: Mapping[str, str], card: str
) -> TemplatePart:
    """`texts`: a name for each value of the option. The links lead back to the card of that key,
    with the slice and the other options as they are."""
    kept = {name: str(value) for name, value in context.options.items()}
    positions = [
        Position(text, _href(context, kept | {option: value}, card), kept[option] == value)
        for value, text in texts.items()
    ]
    return switch_of(label, positions)


def switch_of(label: str, positions: Sequence[Position]) -> TemplatePart:
    return TemplatePart("parts/switch.html", {"label": label, "positions": positions})


def _href(context: CardContext, options: Mapping[str, str], card: str) -> str | None:
    if context.origin != "":
        return None
    return f"?{urlencode([*context.slice.pairs, *options.items()])}#{card}"
