"""The tiles of the page spam."""

from collections.abc import Sequence
from typing import Any

from dashboards.page.comparison import ComparedPeriod, growth
from dashboards.page.context import CardContext
from dashboards.page.tiles import Tile
from dashboards.wording.rates import share

Record = dict[str, Any]


def spam_tiles(context: CardContext, now: Record, before: ComparedPeriod) -> list[Tile]:
    """`now`: the row of the report spam_totals; of a slice with leads."""
    texts = context.texts
    tagged = [texts("spam.tagged_of", rate=_rate(now["antifraud"], now["leads"], context))]
    clean = [texts("spam.clean_of", rate=_rate(now["clean"], now["leads"], context))]
    return [
        _tile("leads", texts("site.leads"), now, before, (), context.leads(), context),
        _tile(
            "junk",
            texts("spam.junk"),
            now,
            before,
            _known(now, "junk", context),
            context.leads(only="antifraud"),
            context,
        ),
        _tile(
            "spam",
            texts("spam.marked"),
            now,
            before,
            _known(now, "spam", context),
            context.leads(spam=True),
            context,
        ),
        _tile("antifraud", texts("spam.antifraud"), now, before, tagged, "#by_tag", context),
        _tile(
            "clean", texts("spam.clean"), now, before, clean, context.leads(clean="yes"), context
        ),
    ]


def _known(now: Record, name: str, context: CardContext) -> list[str]:
    texts, formats, known = context.texts, context.formats, now[f"{name}_known"]
    if not known:
        return [texts("spam.nothing_known")]
    counted = f"{formats.number(known)}\N{NO-BREAK SPACE}{texts.plural('of_leads', known)}"
    return [texts("spam.known_of", rate=_rate(now[name], known, context), leads=counted)]


def _rate(part: int, whole: int, context: CardContext) -> str:
    rate = share(part, whole)
    if rate is None:
        return context.texts("site.not_available")
    return context.formats.percent(rate)


def _tile(
    name: str,
    title: str,
    now: Record,
    before: ComparedPeriod,
    lines: Sequence[str],
    href: str | None,
    context: CardContext,
) -> Tile:
    changed, why = growth(now, name, before, context.reader_context)
    number = context.formats.number(now[name])
    return Tile(name, title, number, changed, why, lines=lines, href=href)
