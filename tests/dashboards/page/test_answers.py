"""What cards ask: each question of a page once, and each card knows its own questions alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest

from analytics.published_file import Published, PublishedFile
from analytics.reports.asking import Question
from analytics.reports.filters import Filters
from dashboards.access.roles import Reader, Role
from dashboards.page.answers import PageAnswers
from dashboards.page.cards import Card, Paragraph
from dashboards.page.context import CardContext
from dashboards.page.render import make
from dashboards.slice.slice import Slice
from dashboards.web.reader_request import ReaderContext
from dashboards.wording.formats import Formats
from dashboards.wording.texts import Texts
from tests.dashboards.conftest import ZONE, Place
from tests.dashboards.leads import NOW

HERE = Slice(date(2026, 8, 23), date(2026, 11, 20), name="90d", compare="year")


@dataclass
class NotePad:
    noted: list[tuple[str, str, int | None]] = field(default_factory=list)

    def __call__(self, report: str, query: str, rows: int | None) -> None:
        self.noted.append((report, query, rows))


@pytest.fixture
def notes() -> NotePad:
    return NotePad()


@pytest.fixture
def context(busy_place: Place, notes: NotePad) -> Iterator[CardContext]:
    """Of an analyst, over some months of leads."""
    reader = Reader("anna", Role.ANALYST)
    request = ReaderContext(Formats(Texts("en"), ZoneInfo(ZONE)), NOW)
    with Published(PublishedFile(busy_place.published)).reading() as db:
        answers = PageAnswers(db, reader, notes)
        yield CardContext(db, request, reader, HERE, answers.to, lambda: None)


def card_of(report: str, **options: int) -> Card:
    def ask(context: CardContext) -> Sequence[Paragraph]:
        return (Paragraph(f"{len(context.ask(report, None, **options).rows)}"),)

    return Card(f"overview.{report}", ask)


def broken(context: CardContext) -> Sequence[Paragraph]:
    context.ask("overview")
    raise ZeroDivisionError


def test_each_card_returns_what_it_asked(context: CardContext) -> None:
    cards = [card_of("overview"), card_of("sources", top=3), Card("overview.x", broken)]
    shown = [make(card, context) for card in (*cards, cards[0])]
    asked = [[question.report.name for question in card.asked] for card in shown]
    assert asked == [["overview"], ["sources"], [], ["overview"]]
    assert [bool(card.failure) for card in shown] == [False, False, True, False]
    assert context.asked == []


def test_a_question_of_two_cards_is_put_and_noted_once(
    context: CardContext, notes: NotePad
) -> None:
    one, other = (make(card_of("journal", limit=2), context) for _ in range(2))
    assert one.asked == other.asked
    assert one.parts == other.parts
    assert notes.noted == [("journal", "period=90d&limit=2", 2)]


def test_an_answer_knows_its_question(context: CardContext) -> None:
    answer = context.ask("repeat_leads", top=1)
    assert answer.question == Question.about("repeat_leads", HERE, ZONE, NOW, top=1)
    assert answer.question.query == "period=90d", "the place in the list is left out"
    # Only a report that can be compared says with what.
    assert context.ask("overview").question.query == "period=90d&compare=year"


def test_a_question_can_be_repeated_by_its_query() -> None:
    filters = Filters(date(2026, 11, 1), date(2026, 11, 2), 0, {"city": ("a", "b&c")})
    question = Question.about("attribution_mix", filters, ZONE, NOW, unit="week")
    assert parse_qsl(question.query) == [
        *(("from", "2026-11-01"), ("to", "2026-11-02"), ("model", "0")),
        *(("city", "a"), ("city", "b&c"), ("unit", "week")),
    ]
    lead = Question.about("lead", Filters(HERE.first, HERE.last, None, {"lead_id": ("1",)}), ZONE,
                          NOW, lead_id=7)  # fmt: skip
    assert parse_qsl(lead.query) == [("lead_id", "7")], "filters and days are nothing to it"
