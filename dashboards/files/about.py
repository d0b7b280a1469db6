"""The last sheet of a workbook: what it is of, in words, and what its numbers mean."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboards.page.cards import Page, Paragraph, RenderedCard
from dashboards.page.context import CardContext
from dashboards.page.freshness import Freshness
from dashboards.page.slice_bar import slice_bar
from dashboards.page.tables import Heading

Fact = tuple[str, str]
"""What it is called, and what it is."""
Line = tuple[str | int, ...]
"""Of the sheet."""


@dataclass(frozen=True, slots=True)
class SheetNote:
    """Of a sheet: its name, rows and columns, what it shows and lacks, the card's definition.

    A card without a table has no sheet: `name` is its title then, `rows` None.
    """

    name: str
    rows: int | None
    shows: Sequence[str]
    meaning: str
    columns: Sequence[Heading] = ()

    @property
    def line(self) -> Line:
        rows = "" if self.rows is None else self.rows
        return self.name, rows, "\n".join(self.shows), self.meaning


def about_page(page: Page, context: CardContext, freshness: Freshness | None) -> list[Fact]:
    """The page, what was chosen of it, and how fresh it is; by whom and when it was made."""
    t, formats = context.texts, context.formats
    reader_context = context.reader_context
    return [
        (t(f"{page.name}.title"), t(f"{page.name}.question")),
        *_chosen(page, context),
        (t("files.zone"), formats.zone_name(context.now)),
        *(
            [(t("files.data_until"), formats.moment(freshness.last_received_at))]
            if freshness
            else []
        ),
        *([(t("rebuilding.title"), t("rebuilding.until"))] if reader_context.outdated else []),
        (t("files.made_at"), formats.moment(context.now)),
        (t("files.made_by"), context.reader.name),
        *([] if context.reader.sees_personal else [("", t("files.masked"))]),
        (t("files.link"), _address(context)),
    ]


def notes_of(shown: RenderedCard, context: CardContext) -> list[str]:
    """Of a card without a table: what it says instead."""
    if shown.failure:
        t = context.texts
        is_outdated = "schema_version" in context.reader_context.outdated
        old = [t("card.failed_before_rebuild")] if is_outdated else []
        return [t("card.failed"), *old, t("card.failed_todo", incident=shown.failure)]
    return [part.text for part in shown.parts if isinstance(part, Paragraph) and part.text]


def _chosen(page: Page, context: CardContext) -> Iterator[Fact]:
    t, bar = context.texts, slice_bar(page, context)
    if page.sliced == "no":
        return
    yield t("files.period"), context.formats.days(bar.period)
    yield t("files.compared"), bar.compared or t("slice.compare_none")
    if page.sliced != "leads":
        return
    yield from ((t("slice.model"), one.text) for one in bar.models if one.is_chosen)
    chosen = [f"{chip.label} {chip.value}".strip() for chip in bar.chips] or [t("files.no_filters")]
    yield t("files.filters"), "\n".join(chosen)


def _address(context: CardContext) -> str:
    """Of the page itself."""
    path = context.file_path.removeprefix("/export")
    return context.url("/" if path == "/overview" else path, context.file_query) or ""
