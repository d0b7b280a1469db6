"""`/models`: what does the attribution model change?"""

from collections.abc import Sequence
from typing import Any

from dashboards.figures.dumbbell import Dumbbell, dumbbells
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part, TemplatePart
from dashboards.page.charts import Chart, locale_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty_slice
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.page.tiles import Tile, tiles
from dashboards.pages.models.moves import moved, rescued, source_text, transitions
from dashboards.web.settings import dashboards
from dashboards.wording.rates import share

TOP_SOURCES = 15

Record = dict[str, Any]


def totals(context: CardContext) -> Sequence[Part]:
    (row,) = context.ask("model_summary").records()
    if not row["leads"]:
        return empty_slice(context, 0)
    both = row["both_models"]
    shown = [
        _tile("both_models", both, _of(both, row["leads"], context), context),
        _tile("moved", row["moved"], _of(row["moved"], both, context), context),
        _tile("rescued", row["rescued_from_direct"], "", context, "rescued_from_direct"),
        _tile("only_model_1", row["only_model_1"], "", context, None),
        _tile("only_model_0", row["only_model_0"], "", context, None),
    ]
    if not both:
        return (tiles(shown), _second_model(row, context))
    partly = both < row["leads"]
    return (tiles(shown), *([Paragraph(context.texts("models.partly"))] if partly else []))


def by_source(context: CardContext) -> Sequence[Part]:
    rows = context.ask("models").records()
    if not rows:
        return ()
    texts = context.texts
    label = texts("models.by_source")
    before, after = texts("models.model_0"), texts("models.model_1")
    shown = [_dumbbell(row, context) for row in rows[:TOP_SOURCES]]
    figure = dumbbells(shown, before, after)
    size = "medium" if len(shown) <= 6 else "large"
    chart = Chart("models-by-source", label, figure, size, locale_of(texts))
    return (chart, Collapsible(texts("card.as_table"), _sources_table(rows, context)))


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
    shown = context.formats.number(number)
    title = context.texts(f"models.{name}")
    return Tile(name, title, shown, lines=[line] if line else [], href=href)


def _of(part: int, whole: int, context: CardContext) -> str:
    if not whole:
        return ""
    texts, formats, rate = context.texts, context.formats, share(part, whole)
    written = texts("site.not_available") if rate is None else formats.percent(rate)
    return texts("models.of", rate=written, leads=formats.count("of_leads", whole))


def _second_model(row: Record, context: CardContext) -> TemplatePart:
    """How to make Calltouch send the model that is missing; the more usual one counts as there."""
    settings = dashboards().settings
    missing = 0 if row["only_model_1"] >= row["only_model_0"] else 1
    name = ("last-interaction", "last-non-direct")[missing]
    values = {
        "missing": missing,
        "webhook_url": f"{settings.receiver_url.rstrip('/')}/webhook/{name}",
        "has_secret": settings.has_secret,
        "toml": f"[webhooks.{name}]\nmodel = {missing}",
    }
    return TemplatePart("parts/second_model.html", values)


def _dumbbell(row: Record, context: CardContext) -> Dumbbell:
    texts, formats = context.texts, context.formats
    numbers = {name: formats.number(row[name]) for name in ("leads_0", "leads_1", "both")}
    hover = texts("models.dumbbell", **numbers, difference=_signed(row["difference"], context))
    name = source_text(row["source"], row["medium"], context)
    return Dumbbell(name, row["leads_0"], row["leads_1"], hover, _side_links(row, context))


def _side_links(row: Record, context: CardContext) -> tuple[str | None, str | None]:
    """To the leads that each of the models puts down to the source; none to no leads."""
    source, medium = row["source"], row["medium"]
    return (
        context.leads(only="both_models", source_0=source, medium_0=medium)
        if row["leads_0"]
        else None,
        context.leads(only="both_models", source_1=source, medium_1=medium)
        if row["leads_1"]
        else None,
    )


def _signed(number: int, context: CardContext) -> str:
    return f"{'+' if number > 0 else ''}{context.formats.number(number)}"


def _sources_table(rows: Sequence[Record], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    titles = ("short_0", "short_1", "difference", "rate_0", "rate_1")
    return Table(
        texts("models.by_source"),
        [
            Column(texts("overview.source"), "text"),
            *(Column(texts(f"models.{t}"), why=texts(f"models.{t}_why")) for t in titles),
        ],
        [
            Row(
                [
                    cells.text(source_text(row["source"], row["medium"], context)),
                    cells.number(row["leads_0"], links[0]),
                    cells.number(row["leads_1"], links[1]),
                    Cell(_signed(row["difference"], context), row["difference"]),
                    cells.rate(row["target_leads_0"], row["target_known_0"]),
                    cells.rate(row["target_leads_1"], row["target_known_1"]),
                ]
            )
            for row in rows
            for links in [_side_links(row, context)]
        ],
    )
