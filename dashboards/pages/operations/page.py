"""`/operations`: what became of each thing that came in, newest first, fifty at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analytics.reports.parameter import ReportParameter
from analytics.reports.parameters import BEFORE, OPERATION_STATES, OPERATIONS_ASKED, UNDECIDED
from dashboards.access.notes import note_shown
from dashboards.page.cards import Card, Page, Paragraph, Part, TemplatePart
from dashboards.page.choices import Choice
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows, whole_list
from dashboards.pages.flows.states import state_text
from dashboards.pages.operations.desk import DeskClosed, operation_desk
from dashboards.pages.operations.listing import (
    ListedOperation,
    listed,
    operations_table,
    query_of,
)

ROWS = 50
MOST_OF_A_CONTACT = 1000
CONTACT = ReportParameter("contact", None, is_text=True)
ENDED = ("done", "skipped", "failed", "unknown", "dropped")


@dataclass(frozen=True, slots=True)
class FilterField:
    """`choices`: empty for any text. `kind`: of its input."""

    name: str
    label: str
    value: str
    choices: Sequence[Choice] = ()
    kind: str = "text"


def operations(context: CardContext) -> Sequence[Part]:
    asked = chosen(context)
    contact = context.options[CONTACT.name]
    head: tuple[Part, ...] = (*_form(asked, contact, context), *_chosen_text(asked, context))
    among: list[int] | None = None
    if contact:
        among, note = _of_contact(contact, context)
        head = (*head, note)
        if not among:
            return head
    before = context.options[BEFORE.name]
    options: dict[str, Any] = {**asked, "before": before, "limit": ROWS + 1}
    if among is not None:
        options["among"] = among
    rows = ask_rows(context, "flow_operations", ListedOperation, **options)
    if not rows:
        return (*head, *empty(context, "operations.none"), *_how_to_begin(context))
    label = context.texts("operations.operations")
    table = operations_table(context, label, rows[:ROWS], whole=whole_list(rows))
    return (*head, table, *_pager(rows, {**asked, CONTACT.name: contact}, context))


def chosen(context: CardContext) -> dict[str, Any]:
    """What the URL asks for besides the period and the contact."""
    values = {option.name: context.options[option.name] for option in OPERATIONS_ASKED}
    return {name: value for name, value in values.items() if value is not None}


PAGE = Page(
    "operations",
    "/operations",
    (Card("operations.operations", operations),),
    (*OPERATIONS_ASKED, CONTACT, BEFORE),
    sliced="period",
    needs_deliveries=False,
    has_history=False,
)


def _of_contact(contact: str, context: CardContext) -> tuple[list[int], Paragraph]:
    """The numbers, and what is said of them. Only on the page itself: a file that is sent must not
    find people."""
    texts = context.texts
    if context.origin != "" or not context.reader.sees_personal:
        return [], Paragraph(texts("operations.contact_not_allowed"), "notice")
    try:
        numbers = operation_desk().numbers_of(contact, MOST_OF_A_CONTACT)
    except DeskClosed:
        return [], Paragraph(texts("undone.closed"), "notice")
    note_shown("flow_operations", "contact=…", len(numbers))
    count = context.formats.number(len(numbers))
    return numbers, Paragraph(texts("operations.contact_found", count=count))


def _form(
    asked: dict[str, Any], contact: str | None, context: CardContext
) -> Sequence[TemplatePart]:
    """None on a page that is sent or kept."""
    if context.origin != "":
        return ()
    fields = [_field(option, asked.get(option.name), context) for option in OPERATIONS_ASKED]
    if context.reader.sees_personal:
        label = context.texts("operations.contact")
        fields.append(FilterField(CONTACT.name, label, contact or ""))
    can_replay = context.reader.is_admin and "flow" in asked and asked.get("state") in ENDED
    values = {
        "fields": fields,
        "kept": context.slice.pairs,
        "cleared": listed(context, {}) if asked or contact else None,
        "replay": context.url("/operations/replay", query_of(context, asked))
        if can_replay and not contact
        else None,
        "is_admin": context.reader.is_admin,
    }
    return (TemplatePart("parts/operation_filters.html", values),)


def _field(option: ReportParameter, value: Any, context: CardContext) -> FilterField:
    label = context.texts("operations.lead" if option.name == "lead" else f"flows.{option.name}")
    written = "" if value is None else f"{value}"
    if option.choices:
        names = (UNDECIDED, *OPERATION_STATES)
        choices = [Choice(name, state_text(name, context), name == value) for name in names]
        return FilterField(option.name, label, written, choices)
    kind = "text" if option.is_text else "number"
    return FilterField(option.name, label, written, kind=kind)


def _chosen_text(asked: dict[str, Any], context: CardContext) -> Sequence[Paragraph]:
    if not asked:
        return ()
    texts = context.texts
    words = [
        f"{texts(f'flows.{name}')}: {state_text(value, context) if name == 'state' else value}"
        for name, value in asked.items()
    ]
    text = texts("flows.chosen", chosen=", ".join(words))
    return (Paragraph(text, "note", listed(context, {}), texts("flows.show_all")),)


def _how_to_begin(context: CardContext) -> Sequence[Paragraph]:
    """Where no flow has taken anything in yet."""
    if context.db.execute("select 1 from flow_operations limit 1").fetchone():
        return ()
    return (Paragraph(context.texts("flows.none_todo")),)


def _pager(
    rows: Sequence[ListedOperation], asked: dict[str, Any], context: CardContext
) -> Sequence[Part]:
    older = {**asked, BEFORE.name: rows[ROWS - 1].operation_id} if len(rows) > ROWS else None
    links: dict[str, object] = {
        "newest": listed(context, asked) if context.options[BEFORE.name] else None,
        "older": listed(context, older) if older else None,
        "exports": [],
    }
    return (TemplatePart("parts/journal_pager.html", links),) if any(links.values()) else ()
