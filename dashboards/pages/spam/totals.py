"""The tiles of the page spam."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboards.page.comparison import EarlierRow, compared_tile
from dashboards.page.context import CardContext
from dashboards.page.tiles import Tile
from dashboards.wording.rates import rate_text


@dataclass(frozen=True, slots=True)
class JunkCounts:
    """`…_known`: leads of which Calltouch says whether they are that."""

    leads: int
    spam: int
    spam_known: int
    antifraud: int
    junk: int
    junk_known: int


@dataclass(frozen=True, slots=True)
class SpamTotals(JunkCounts):
    clean: int


def spam_tiles(context: CardContext, now: SpamTotals, before: EarlierRow[SpamTotals]) -> list[Tile]:
    """Of a slice with leads."""
    texts, formats = context.texts, context.formats

    def tile(
        name: str, title: str, value: Callable[[SpamTotals], int], href: str | None, *lines: str
    ) -> Tile:
        return compared_tile(context, name, title, value, now, before, lines, href)

    def known(part: int, whole: int) -> str:
        if not whole:
            return texts("spam.nothing_known")
        rate, leads = rate_text(part, whole, formats), formats.count("of_leads", whole)
        return texts("spam.known_of", rate=rate, leads=leads)

    junk, spam = known(now.junk, now.junk_known), known(now.spam, now.spam_known)
    tagged = texts("spam.tagged_of", rate=rate_text(now.antifraud, now.leads, formats))
    clean = texts("spam.clean_of", rate=rate_text(now.clean, now.leads, formats))
    of_junk, of_spam = context.leads(only="antifraud"), context.leads(spam=True)
    return [
        tile("leads", "site.leads", lambda row: row.leads, context.leads()),
        tile("junk", "spam.junk", lambda row: row.junk, of_junk, junk),
        tile("spam", "spam.marked", lambda row: row.spam, of_spam, spam),
        tile("antifraud", "spam.antifraud", lambda row: row.antifraud, "#by_tag", tagged),
        tile("clean", "spam.clean", lambda row: row.clean, context.leads(clean="yes"), clean),
    ]
