"""`/models`: what does the attribution model change?"""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.figures.dumbbell import Dumbbell, dumbbells
from dashboards.page import column
from dashboards.page.cards import Card, Page, Paragraph, Part, TemplatePart
from dashboards.page.chart_parts import chart_with_table, size_of
from dashboards.page.column import Column, Columns
from dashboards.page.context import CardContext
from dashboards.page.empty import empty_slice
from dashboards.page.rows import ask_row, ask_rows
from dashboards.page.tables import Cell, CellMaker, TypedValue
from dashboards.page.tiles import Tile, tiles
from dashboards.pages.models.moves import TOP_SOURCES, ModelSummary, moved, rescued
from dashboards.pages.models.transitions import transitions
from dashboards.web.settings import dashboards
from dashboards.wording.rates import rate_text
from dashboards.wording.sources import source_text


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
    both = row.both_models
    shown = [
        _tile("both_models", both, _of(both, row.leads, context), context),
        _tile("moved", row.moved, _of(row.moved, both, context), context),
        _tile("rescued", row.rescued_from_direct, "", context, "rescued_from_direct"),
        _tile("only_model_1", row.only_model_1, "", context, None),
        _tile("only_model_0", row.only_model_0, "", context, None),
    ]
    if not both:
        return (tiles(shown), _second_model(row))
    partly = both < row.leads
    return (tiles(shown), *([Paragraph(context.texts("models.partly"))] if partly else []))


def by_source(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "models", ModelsSource)
    if not rows:
        return ()
    texts = context.texts
    shown = [_dumbbell(row, context) for row in rows[:TOP_SOURCES]]
    return chart_with_table(
        context,
        "models-by-source",
        texts("models.by_source"),
        dumbbells(shown, texts("models.model_0"), texts("models.model_1")),
        _COLUMNS,
        rows,
        size=size_of(len(shown), small=0, medium=6),
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
)


def _tile(name: str, number: int, line: str, context: CardContext, leads: str | None = "") -> Tile:
    """`leads`: the set of leads that it leads to, mostly of its name; None: there is none."""
    href = None if leads is None or not number else context.leads(only=leads or name)
    shown, typed = context.formats.number(number), TypedValue(number, "number")
    title = context.texts(f"models.{name}")
    return Tile(name, title, shown, lines=[line] if line else [], href=href, typed=typed)


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
