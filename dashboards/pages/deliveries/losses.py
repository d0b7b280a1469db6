"""Cards of the deliveries' page about what did not arrive: reconciliation, gaps, quarantine."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboards.figures.calendar import Day, calendar
from dashboards.page.cards import Collapsible, Paragraph, Part, SideBySide
from dashboards.page.charts import Chart, locale_of
from dashboards.page.context import CardContext
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.page.truncated import cut
from dashboards.slice.period import Period
from dashboards.web.settings import dashboards
from dashboards.wording.texts import Texts

NEWEST = 100

Record = dict[str, Any]

_REASONS = {
    "first delivery is not a first sending": "not_first",
    "undeclared change": "undeclared",
    "call never ended": "never_ended",
}
_EXPLANATIONS = {
    "restored from the API": "restored",
    "the API has nothing else": "nothing_else",
    None: "unexplained",
}
_PROBLEMS = {
    "no lead id": "no_lead_id",
    "lead id is not a whole number": "bad_lead_id",
    "leadtype is neither call nor request": "bad_lead_type",
    "no leadtype, and nothing else tells it": "unknown_lead_type",
    "body is not a form": "not_a_form",
    "body is not a JSON object": "not_json",
    "multipart body, not read": "multipart",
}


def reconciliation(context: CardContext) -> Sequence[Part]:
    texts, formats = context.texts, context.formats
    rows = context.ask("reconciliation_days").records()
    if not rows:
        return _never_reconciled(context)
    figure = calendar(
        [_day(row, context) for row in rows],
        [_first_upper(name) for name in texts.forms("calendar.short_weekdays")],
        texts.forms("calendar.short_months_of_day"),
    )
    label = texts("deliveries.reconciliation_label", days=formats.days(context.slice.period))
    chart = Chart("reconciliation", label, figure, "small", locale_of(texts))
    table = _reconciliation_table(label, rows, context)
    return (
        chart,
        Collapsible(texts("card.as_table"), table),
        *_unread(context),
        *_lost_leads(context),
    )


def gaps(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    totals = context.ask("gap_totals").records()
    if not totals:
        return (Paragraph(texts("deliveries.no_gaps"), "empty"),)
    answer = context.ask("gaps", top=NEWEST)
    rows = answer.records()
    return (
        SideBySide(
            _gap_totals(totals, context), Paragraph(texts("deliveries.gaps_todo"), "notice")
        ),
        *cut(context, answer, len(rows), sum(row["gaps"] for row in totals)),
        Collapsible(texts("deliveries.gaps_newest"), _gap_list(rows, context)),
    )


def quarantined(context: CardContext) -> Sequence[Part]:
    texts, cells = context.texts, CellMaker(context.formats)
    answer = context.ask("quarantined", top=NEWEST)
    rows = answer.records()
    if not rows:
        return (Paragraph(texts("deliveries.no_quarantined"), "empty"),)
    table = Table(
        texts("deliveries.quarantined"),
        [
            Column(texts("deliveries.received_at"), "text"),
            Column(texts("deliveries.reason"), "text"),
            Column(texts("deliveries.webhook"), "text"),
            Column(texts("deliveries.method"), "text"),
            Column(texts("deliveries.source_ip"), "text"),
            Column(texts("deliveries.number")),
        ],
        [
            Row(
                [
                    cells.moment(row["received_at"]),
                    cells.text("; ".join(problem_text(one, texts) for one in row["problems"])),
                    cells.text(row["webhook"]),
                    cells.own(row["method"]),
                    cells.text(row["source_ip"]),
                    Cell(f"{row['delivery_id']}", row["delivery_id"]),
                ]
            )
            for row in rows
        ],
    )
    in_all = context.ask("delivery_summary").column("quarantined")[0]
    is_part = cut(context, answer, len(rows), in_all)
    return (Paragraph(texts("deliveries.quarantined_todo")), *is_part, table)


def problem_text(problem: str, texts: Texts) -> str:
    """Why a delivery is quarantined; what has no text of ours stays as the store says it."""
    name = _PROBLEMS.get(problem)
    return texts(f"deliveries.problem_{name}") if name else problem


def _never_reconciled(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    (now,) = context.ask("delivery_summary").records()
    if now["last_compared_at"] is not None:
        return (Paragraph(texts("deliveries.period_not_reconciled"), "empty"),)
    said = [Paragraph(texts("deliveries.never_reconciled"), "empty")]
    if not dashboards().settings.has_api:
        said.append(Paragraph(texts("deliveries.no_api"), "notice"))
    return said


def _day(row: Record, context: CardContext) -> Day:
    texts, formats = context.texts, context.formats
    hover = "<br>".join(
        [
            f"{formats.day(row['day'])}, {formats.weekday(row['day'])}",
            *(
                f"{texts(f'deliveries.{name}')}: {formats.number(row[name])}"
                for name in ("in_api", "in_both", "only_api", "lost", "differing")
            ),
        ]
    )
    return Day(row["day"], row["missing"], hover, _leads_of(row, context))


def _leads_of(row: Record, context: CardContext) -> str | None:
    """All of the day: filters mean nothing to a comparison."""
    day = Period(row["day"], row["day"])
    return context.leads(replace(context.slice.of(day), model=None, chosen={}))


def _reconciliation_table(label: str, rows: Sequence[Record], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    counted = ("in_api", "in_both", "only_webhook", "only_api", "lost", "differing")
    return Table(
        label,
        [
            Column(texts("unit.day"), "text"),
            *(Column(texts(f"deliveries.{name}")) for name in counted),
            Column(texts("deliveries.missing_rate"), why=texts("deliveries.missing_rate_why")),
            Column(texts("deliveries.compared_at"), "text"),
        ],
        [
            Row(
                [
                    cells.day(row["day"], _leads_of(row, context)),
                    *(cells.number(row[name]) for name in counted),
                    cells.rate(row["missing"], row["in_api"]),
                    cells.moment(row["compared_at"]),
                ]
            )
            for row in rows
        ],
    )


def _unread(context: CardContext) -> Sequence[Part]:
    """A comparison that could not read everything must not look clean."""
    (found,) = context.ask("unread_answers").records()
    if not found["unread"]:
        return ()
    key = "unread_hiding" if found["hiding"] else "unread_parts"
    number = context.formats.number(found["unread"])
    return (Paragraph(context.texts(f"deliveries.{key}", count=number), "notice"),)


def _lost_leads(context: CardContext) -> Sequence[Part]:
    texts, cells = context.texts, CellMaker(context.formats)
    answer = context.ask("lost_leads", top=NEWEST)
    rows = answer.records()
    if not rows:
        hides = context.ask("unread_answers").column("hiding")[0]
        return () if hides else (Paragraph(texts("deliveries.nothing_lost")),)
    table = Table(
        texts("deliveries.lost_leads"),
        [
            Column(texts("unit.day"), "text"),
            Column(texts("filter.site"), "text"),
            Column(texts("filter.lead_type"), "text"),
            Column(texts("filter.lead_id"), "text"),
            Column(texts("deliveries.remedy"), "text"),
        ],
        [
            Row(
                [
                    cells.day(row["day"]),
                    cells.own(f"{row['site_id']}"),
                    cells.own(texts(f"site.{row['lead_type']}")),
                    cells.own(f"{row['lead_id']}"),
                    cells.own(texts(f"deliveries.remedy_{row['remedy']}")),
                ]
            )
            for row in rows
        ],
    )
    in_all = context.ask("delivery_summary").column("lost")[0]
    return (
        Paragraph(texts("deliveries.lost_todo"), "notice"),
        *cut(context, answer, len(rows), in_all),
        Collapsible(texts("deliveries.lost_leads"), table),
    )


def _gap_totals(totals: Sequence[Record], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    most = max(row["gaps"] for row in totals)
    return Table(
        texts("deliveries.gaps"),
        [
            Column(texts("deliveries.reason"), "text"),
            Column(texts("deliveries.explanation"), "text"),
            Column(texts("deliveries.gaps")),
            Column(texts("site.leads")),
        ],
        [
            Row(
                [
                    cells.own(_reason(row, texts)),
                    cells.own(_explanation(row, texts)),
                    cells.number(row["gaps"], most=most),
                    cells.number(row["leads"]),
                ]
            )
            for row in totals
        ],
    )


def _gap_list(rows: Sequence[Record], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    return Table(
        texts("deliveries.gaps"),
        [
            Column(texts("deliveries.lead"), "text"),
            Column(texts("deliveries.received_at"), "text"),
            Column(texts("deliveries.webhook"), "text"),
            Column(texts("deliveries.reason"), "text"),
            Column(texts("deliveries.fields"), "text"),
            Column(texts("deliveries.explanation"), "text"),
        ],
        [
            Row(
                [
                    cells.own(
                        f"{texts('site.' + row['lead_type'])} {row['lead_id']}",
                        context.lead(row["lead_type"], row["lead_id"]),
                    ),
                    cells.moment(row["received_at"]),
                    cells.text(row["webhook"]),
                    cells.own(_reason(row, texts)),
                    cells.text(", ".join(row["fields"] or ()) or texts("site.not_available")),
                    cells.own(_explanation(row, texts)),
                ]
            )
            for row in rows
        ],
    )


def _reason(row: Record, texts: Texts) -> str:
    return texts(f"deliveries.gap_{_REASONS[row['reason']]}")


def _explanation(row: Record, texts: Texts) -> str:
    return texts(f"deliveries.gap_{_EXPLANATIONS[row['explanation']]}")


def _first_upper(name: str) -> str:
    return name[:1].upper() + name[1:]
