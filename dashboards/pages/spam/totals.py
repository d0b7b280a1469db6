"""The tiles of the page spam."""

from collections.abc import Sequence
from typing import Any

from dashboards.page.comparison import ComparedPeriod, growth
from dashboards.page.inquiry import CardContext
from dashboards.page.tiles import Tile
from dashboards.wording.rates import share

Record = dict[str, Any]


def spam_tiles(inquiry: CardContext, now: Record, before: ComparedPeriod) -> list[Tile]:
    """`now`: the row of the report spam_totals; of a slice with leads."""
    texts = inquiry.visit.texts
    tagged = [texts("spam.tagged_of", rate=_rate(now["antifraud"], now["leads"], inquiry))]
    clean = [texts("spam.clean_of", rate=_rate(now["clean"], now["leads"], inquiry))]
    return [
        _tile("leads", texts("site.leads"), now, before, (), inquiry.leads(), inquiry),
        _tile(
            "junk",
            texts("spam.junk"),
            now,
            before,
            _known(now, "junk", inquiry),
            inquiry.leads(only="antifraud"),
            inquiry,
        ),
        _tile(
            "spam",
            texts("spam.marked"),
            now,
            before,
            _known(now, "spam", inquiry),
            inquiry.leads(spam=True),
            inquiry,
        ),
        _tile("antifraud", texts("spam.antifraud"), now, before, tagged, "#by_tag", inquiry),
        _tile(
            "clean", texts("spam.clean"), now, before, clean, inquiry.leads(clean="yes"), inquiry
        ),
    ]


def _known(now: Record, name: str, inquiry: CardContext) -> list[str]:
    texts, formats, known = inquiry.visit.texts, inquiry.visit.formats, now[f"{name}_known"]
    if not known:
        return [texts("spam.nothing_known")]
    counted = f"{formats.number(known)}\N{NO-BREAK SPACE}{texts.plural('of_leads', known)}"
    return [texts("spam.known_of", rate=_rate(now[name], known, inquiry), leads=counted)]


def _rate(part: int, whole: int, inquiry: CardContext) -> str:
    rate = share(part, whole)
    if rate is None:
        return inquiry.visit.texts("site.not_available")
    return inquiry.visit.formats.percent(rate)


def _tile(
    name: str,
    title: str,
    now: Record,
    before: ComparedPeriod,
    lines: Sequence[str],
    href: str | None,
    inquiry: CardContext,
) -> Tile:
    changed, why = growth(now, name, before, inquiry.visit)
    number = inquiry.visit.formats.number(now[name])
    return Tile(name, title, number, changed, why, lines=lines, href=href)
