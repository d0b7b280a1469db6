"""The card in which one chooses tags: leads with all of these, any of those, none of the others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboards.page.cards import Part, TemplatePart
from dashboards.page.context import CardContext
from dashboards.page.empty import empty_slice
from dashboards.page.rows import ask_rows
from dashboards.pages.tags.links import TagLeads
from dashboards.slice.conditions import OWN
from dashboards.slice.slice import Slice
from dashboards.wording.tag_names import CATEGORIES, category_name, tag_text, tag_value

_FILTERS = ("tags", "tags_any", "tags_not")
# One ticks a tag as it stands.
_KEYS = {name: f"{name}.exact" for name in _FILTERS}
_ALL_KEYS = (*_KEYS, *_KEYS.values())
_SHOWN_NAMES = tuple(f"{OWN}{key}" for key in _ALL_KEYS)
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class TagCheckbox:
    """A box to tick: this tag for that filter."""

    filter: str
    title: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class TagOption:
    """A tag. `value`: as the filters take it."""

    tag: str
    value: str
    leads: str
    boxes: Sequence[TagCheckbox]


@dataclass(frozen=True, slots=True)
class TagGroup:
    """The tags of a category."""

    name: str
    tags: Sequence[TagOption]


@dataclass(frozen=True, slots=True)
class TagChoice:
    """What is chosen of a filter, in words; the tags are strangers' texts."""

    words: str
    tags: Sequence[str]


def chooser(context: CardContext) -> Sequence[Part]:
    texts, formats = context.texts, context.formats
    leads = context.ask("journal_count").column("leads")[0]
    # Whatever is chosen, all tags are offered: else a choice could not be widened.
    rows = ask_rows(context, "tags", TagLeads, _without_tags(context.slice))
    offered = rows[:_SHOWN]
    values = {
        "groups": [
            TagGroup(
                category_name(category, texts),
                [_offered(row, context) for row in offered if row.tag_category == category],
            )
            for category in CATEGORIES
            if any(row.tag_category == category for row in offered)
        ],
        "kept": _kept(offered, context.slice),
        "chosen": [
            TagChoice(
                texts(f"tags.words_{name}"),
                [tag_text(value, texts) for value in context.slice.values_of(name)],
            )
            for name in _FILTERS
            if context.slice.values_of(name)
        ],
        "found": formats.count("leads", leads),
        "link": context.leads(),
        "cleared": _without_tags(context.slice).query,
        "is_cut": len(rows) > _SHOWN,
        "shown": _SHOWN,
    }
    return (TemplatePart("parts/tag_chooser.html", values), *empty_slice(context, leads))


def _without_tags(here: Slice) -> Slice:
    chosen = {name: values for name, values in here.chosen.items() if name not in _ALL_KEYS}
    return replace(here, chosen=chosen)


def _offered(row: TagLeads, context: CardContext) -> TagOption:
    texts, here = context.texts, context.slice
    value = tag_value(*row.key)
    boxes = [
        TagCheckbox(f"{OWN}{key}", texts(f"tags.box_{name}"), value in here.values_of(name))
        for name, key in _KEYS.items()
    ]
    return TagOption(row.tag, value, context.formats.number(row.leads), boxes)


def _kept(offered: Sequence[TagLeads], here: Slice) -> list[tuple[str, str]]:
    """What the form sends along unseen: the slice, and tags chosen that are not offered."""
    shown = {tag_value(*row.key) for row in offered}
    return [pair for pair in here.pairs if pair[0] not in _SHOWN_NAMES or pair[1] not in shown]
