"""`/operations/replay`: what would run again, what would not and why; then it is confirmed."""

from collections.abc import Sequence
from typing import Any

from analytics.reports.parameter import ReportParameter
from analytics.reports.parameters import AMONG, OPERATIONS_ASKED
from dashboards.access.refusals import NotAllowed
from dashboards.page.cards import Card, Page, Paragraph, Part, TemplatePart
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.pages.flows.states import state_text
from dashboards.pages.operations.desk import (
    NothingDone,
    OperationDesk,
    ReplayOutline,
    ReplayWish,
    operation_desk,
)
from dashboards.pages.operations.listing import listed, operation_link
from dashboards.pages.operations.page import ENDED

MOST = 1000
"""Operations that are planned at once: each is looked at."""
_MOST_NAMED = 20
VERSION = ReportParameter("version", "current", choices=("current", "original"))
FROM_START = ReportParameter("from_start", "no", choices=("no", "yes"))


def check(context: CardContext) -> None:
    """Raises `NotAllowed`."""
    if not context.reader.is_admin:
        raise NotAllowed


def plan(context: CardContext) -> Sequence[Part]:
    desk, options = operation_desk(), context.options
    numbers, head = _numbers(context)
    if not numbers:
        return (*head, *empty(context, "replay.none"))
    is_bulk = options[AMONG.name] is None
    is_from_start = options[FROM_START.name] == "yes"
    wish = ReplayWish(numbers, options[VERSION.name], is_from_start, is_bulk)
    try:
        outline = desk.outline(wish)
    except NothingDone:
        return (*head, *empty(context, "replay.none"))
    values = {
        "outline": outline,
        "wish": wish,
        "left_out": _left_out(outline, context),
        "numbers": ",".join(map(str, numbers)),
        "kept": _kept(context),
        "versions": VERSION.choices,
        "asks_digits": _asks_digits(desk, wish),
        "is_callback": "may_have_rung" in outline.left_out,
        "flow": options["flow"] or "",
    }
    return (*head, TemplatePart("parts/replay_plan.html", values))


PAGE = Page(
    "replay",
    "/operations/replay",
    (Card("replay.plan", plan),),
    (*OPERATIONS_ASKED, AMONG, VERSION, FROM_START),
    sliced="period",
    is_listed=False,
    check=check,
    needs_deliveries=False,
    has_history=False,
    has_files=False,
)


def _numbers(context: CardContext) -> tuple[list[int], Sequence[Paragraph]]:
    """In order of intake, and what is said of them."""
    texts, options = context.texts, context.options
    if options[AMONG.name] is not None:
        among: list[int] = sorted(set(options[AMONG.name]))
        return among, ()
    asked = {option.name: options[option.name] for option in OPERATIONS_ASKED}
    if asked["flow"] is None or asked["state"] not in ENDED:
        return [], (Paragraph(texts("replay.choose"), "notice", listed(context, {})),)
    found = context.ask("flow_operations", None, **_given(asked), limit=MOST + 1)
    numbers: list[int] = found.column("operation_id")
    words = [
        f"{texts(f'flows.{name}')}: {state_text(value, context) if name == 'state' else value}"
        for name, value in _given(asked).items()
    ]
    href = listed(context, asked)
    head = [
        Paragraph(
            texts("flows.chosen", chosen=", ".join(words)), "note", href, texts("flows.show_them")
        )
    ]
    if len(numbers) > MOST:
        most = context.formats.number(MOST)
        head.append(Paragraph(texts("replay.most", most=most, flow=asked["flow"]), "notice"))
    return sorted(numbers[:MOST]), head


def _given(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value is not None}


def _left_out(
    outline: ReplayOutline, context: CardContext
) -> list[tuple[str, int, list[tuple[int, str | None]]]]:
    """Why, how many, and some of them with their addresses."""
    return [
        (
            context.texts(f"undone.{why}"),
            len(numbers),
            [(number, operation_link(number, context)) for number in numbers[:_MOST_NAMED]],
        )
        for why, numbers in outline.left_out.items()
    ]


def _asks_digits(desk: OperationDesk, wish: ReplayWish) -> bool:
    """Of one operation that would have somebody rung again."""
    if wish.is_bulk or len(wish.numbers) != 1:
        return False
    record = desk.operation(wish.numbers[0])
    if record is None or not record.rang:
        return False
    return wish.from_start or record.rang == "unknown"


def _kept(context: CardContext) -> list[tuple[str, str]]:
    """What the form that plans anew sends along."""
    options = {option.name: context.options[option.name] for option in OPERATIONS_ASKED}
    pairs = [(name, f"{value}") for name, value in _given(options).items()]
    among = context.options[AMONG.name]
    numbers = [(AMONG.name, ",".join(map(str, among)))] if among else []
    return [*context.slice.pairs, *pairs, *numbers]
