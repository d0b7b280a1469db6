"""Every kind and cause has words in both languages, and nothing in them is left open."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from analytics.alerts.kinds import KINDS, is_chosen
from analytics.alerts.trouble import AlertRecord
from analytics.alerts.wording import LANGUAGES, AlertWriter, known_causes, known_kinds
from analytics.signs import sign
from calltouch.alerts.sources import SIGNS

ZONE = ZoneInfo("Europe/Moscow")
BEGAN = datetime(2026, 11, 20, 9, tzinfo=UTC)
WORDS_OF_SIGNS = re.findall(r"^- (\w+)(?: \[[^\]]*\])?:", sign.__doc__ or "", re.MULTILINE)


def alert(kind: str, cause: str = "", **figures: float | str) -> AlertRecord:
    return AlertRecord(1, kind, "subject", cause, figures, BEGAN, BEGAN)


def test_every_kind_has_its_words() -> None:
    assert known_kinds() == {*KINDS, "unknown"}


def test_what_signs_are_called_is_known() -> None:
    assert len(WORDS_OF_SIGNS) > 15
    assert {*WORDS_OF_SIGNS} >= SIGNS
    assert {*WORDS_OF_SIGNS} - SIGNS <= known_causes()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*KINDS, "of a newer version"])
def test_every_alert_is_told_in_words(kind: str, language: str) -> None:
    writer = AlertWriter(language, ZONE)
    for cause in ("", *known_causes()):
        words = writer.text(alert(kind, cause))
        assert all((words.title, words.text, words.advice))
        assert bool(words.cause) == bool(cause)
        assert "{" not in f"{words.title}{words.text}{words.cause}{words.advice}"
    assert writer.ended(alert(kind))


def test_figures_are_written_as_the_language_writes_them() -> None:
    figures: dict[str, Any] = {"hours": 2.53, "usual": 120.4}
    assert "2,53 ч" in AlertWriter("ru", ZONE).text(alert("silence", **figures)).text
    assert "2.53 h; about 120 are" in AlertWriter("en", ZONE).text(alert("silence", **figures)).text
    shares: dict[str, Any] = {"odd": 12, "of": 300, "share": 0.04, "usual_share": 0.001}
    text = AlertWriter("ru", ZONE).text(alert("quarantined", **shares)).text
    assert text.replace("\N{NO-BREAK SPACE}", " ") == "Таких 12 из 300, это 4 %, обычно 0,1 %."
    behind = alert("digest_behind", published_at=BEGAN.isoformat())
    assert "20.11.2026 12:00" in AlertWriter("ru", ZONE).text(behind).text


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=5), "1 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=2, minutes=15), "2 h 15 min"),
        (timedelta(days=3, hours=4, minutes=5), "3 d 4 h"),
    ],
)
def test_durations(span: timedelta, words: str) -> None:
    assert AlertWriter("en", ZONE).duration(span).replace("\N{NO-BREAK SPACE}", " ") == words


def test_kinds_are_chosen_by_their_name_or_their_area() -> None:
    assert is_chosen("silence", ())
    assert is_chosen("silence", ("leads",))
    assert is_chosen("silence", ("losses", "silence"))
    assert not is_chosen("silence", ("flows",))
