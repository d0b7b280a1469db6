"""`/models`: what does the attribution model change?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboards.access.roles import Audience
from dashboards.figures.dumbbell import Dumbbell, dumbbells
from dashboards.page import column
from dashboards.page.cards import Card, Page, Paragraph, Part, TemplatePart
from dashboards.page.chart_parts import chart_with_table, size_of
from dashboards.page.column import Column, Columns
from dashboards.page.comparison import before, changes_said, compared_tile, earlier_rows
from dashboards.page.context import CardContext
from dashboards.page.empty import empty_slice
from dashboards.page.rows import ask_row, ask_rows
from dashboards.page.tables import Cell, CellMaker
from dashboards.page.tiles import Tile, tiles
from dashboards.pages.models.moves import ModelSummary, moved, rescued
from dashboards.pages.models.transitions import transitions
from dashboards.web.settings import dashboards
from dashboards.wording.rates import rate_text
from dashboards.wording.sources import source_text

_TOP_SOURCES = 15


@dataclass(frozen=True, slots=True)
class ModelsSource:
    """The leads of a source by either model, of those that have both. `both`: by both of them;
    `difference`: how many more by model 1."""

    source: str | None
    medium: str | None
    leads_0: int
    leads_1: int
    both: int
    difference: int
    target_leads_0: int
    target_known_0: int
    target_leads_1: int
    target_known_1: int

    def name(self, context: CardContext) -> str:
        return source_text(self.source, self.medium, context.texts)


def totals(context: CardContext) -> Sequence[Part]:
    row = ask_row(context, "model_summary", ModelSummary)
    if not row.leads:
        return empty_slice(context, 0)
    both, earlier = row.both_models, before(context, "model_summary", ModelSummary)

    def tile(
        name: str, value: Callable[[ModelSummary], int], line: str = "", leads: str | None = ""
    ) -> Tile:
        href = None if leads is None or not value(row) else context.leads(only=leads or name)
        lines = [line] if line else []
        return compared_tile(context, name, f"models.{name}", value, row, earlier, lines, href)

    shown = [
        tile("both_models", lambda row: row.both_models, _of(both, row.leads, context)),
        tile("moved", lambda row: row.moved, _of(row.moved, both, context)),
        tile("rescued", lambda row: row.rescued_from_direct, leads="rescued_from_direct"),
        tile("only_model_1", lambda row: row.only_model_1, leads=None),
        tile("only_model_0", lambda row: row.only_model_0, leads=None),
    ]
    said = changes_said(context, earlier.against)
    if not both:
        return (tiles(shown), *said, _second_model(row))
    partly = [Paragraph(context.texts("models.partly"))] if both < row.leads else []
    return (tiles(shown), *said, *partly)


def by_source(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "models", ModelsSource)
    if not rows:
        return ()
    texts = context.texts
    shown = [_dumbbell(row, context) for row in rows[:_TOP_SOURCES]]
    return chart_with_table(
        context,
        "models-by-source",
        texts("models.by_source"),
        dumbbells(shown, texts("models.model_0"), texts("models.model_1")),
        _COLUMNS,
        rows,
        size=size_of(len(shown), small=0, medium=6),
        earlier=earlier_rows(context, "models", ModelsSource, lambda row: (row.source, row.medium)),
    )


PAGE = Page(
    "models",
    "/models",
    (
        Card("models.totals", totals),
        Card("models.by_source", by_source),
        Card("models.transitions", transitions),
        Card("models.rescued", rescued),
        Card("models.moved", moved),
    ),
    audience=Audience.SITES,
)


def _of(part: int, whole: int, context: CardContext) -> str:
    if not whole:
        return ""
    formats = context.formats
    rate, leads = rate_text(part, whole, formats), formats.count("of_leads", whole)
    return context.texts("models.of", rate=rate, leads=leads)


def _second_model(row: ModelSummary) -> TemplatePart:
    """How to make Calltouch send the model that is missing; the more usual one counts as there."""
    settings = dashboards().settings
    missing = 0 if row.only_model_1 >= row.only_model_0 else 1
    name = ("last-interaction", "last-non-direct")[missing]
    values = {
        "missing": missing,
        "webhook_url": f"{settings.receiver_url.rstrip('/')}/webhook/{name}",
        "has_secret": settings.has_secret,
        "toml": f"[webhooks.{name}]\nmodel = {missing}",
    }
    return TemplatePart("parts/second_model.html", values)


def _dumbbell(row: ModelsSource, context: CardContext) -> Dumbbell:
    formats = context.formats
    hover = context.texts(
        "models.dumbbell",
        leads_0=formats.number(row.leads_0),
        leads_1=formats.number(row.leads_1),
        both=formats.number(row.both),
        difference=_difference(row, context).text,
    )
    links = (_link_0(row, context), _link_1(row, context))
    return Dumbbell(row.name(context), row.leads_0, row.leads_1, hover, links)


def _difference(row: ModelsSource, context: CardContext) -> Cell:
    return CellMaker(context.formats).difference(row.difference)


def _link_0(row: ModelsSource, context: CardContext) -> str | None:
    """To the leads that model 0 puts down to the source; None to no leads."""
    if not row.leads_0:
        return None
    return context.leads(only="both_models", source_0=row.source, medium_0=row.medium)


def _link_1(row: ModelsSource, context: CardContext) -> str | None:
    if not row.leads_1:
        return None
    return context.leads(only="both_models", source_1=row.source, medium_1=row.medium)


_COLUMNS: Columns[ModelsSource] = (
    column.source("overview.source"),
    column.number("models.short_0", lambda row: row.leads_0, _link_0, why=True),
    column.number("models.short_1", lambda row: row.leads_1, _link_1, why=True),
    Column("models.difference", _difference, "number", why=True),
    column.rate("models.rate_0", lambda row: (row.target_leads_0, row.target_known_0), why=True),
    column.rate("models.rate_1", lambda row: (row.target_leads_1, row.target_known_1), why=True),
)
