"""A person is found in every spelling and encoding; what is like it stays."""

import pytest

from analytics.stand_ins import STAND_IN
from receiver.erasing.eraser import Eraser
from receiver.inbox.delivery import Delivery
from tests.byte_search import search_bytes
from tests.receiver.erasing.spellings import BYTES, FAR_FROM_IT, KEY, PERSON, TEXTS, WRITTEN
from tests.receiver.erasing.test_byte_search import SOUGHT

ERASER = Eraser(KEY, PERSON)


@pytest.mark.parametrize("way", TEXTS)
def test_nothing_is_left_in_a_text_but_what_is_around_it(way: str) -> None:
    wrong = []
    for written in WRITTEN:
        erased = ERASER.text(f"перезвонить: {TEXTS[way](written)} до 5")
        is_around = erased.startswith("перезвонить: ") and erased.endswith(" до 5")
        if not is_around or search_bytes(erased.encode(), SOUGHT):
            wrong.append((written, erased))
    assert wrong == []


@pytest.mark.parametrize("encoding", BYTES)
def test_nothing_is_left_in_bytes_that_cannot_be_read(encoding: str) -> None:
    wrong = []
    for place, (way, wrap) in enumerate(TEXTS.items()):
        # One in five, and not the same ones in each.
        for written in WRITTEN[place % 5 :: 5]:
            text = f"перезвонить: {wrap(written)} до пяти"
            body = text.encode(encoding, "ignore")
            if body.decode(encoding) != text:
                continue
            delivery = Delivery("default", "POST", "/webhook", b"", body, "text/plain", "1.2.3.4")
            erased = ERASER.mentions(delivery)
            if search_bytes(erased.body, SOUGHT):
                wrong.append((way, written, erased.body))
    assert wrong == []


@pytest.mark.parametrize("written", FAR_FROM_IT)
@pytest.mark.parametrize("way", TEXTS)
def test_what_is_like_it_stays(written: str, way: str) -> None:
    text = f"перезвонить: {TEXTS[way](written)} до 5"
    assert ERASER.text(text) is text


def test_equal_mentions_stay_equal_and_different_ones_different() -> None:
    first, again, other = (
        ERASER.text(one) for one in ("8 916 123-45-67", "8 916 123-45-67", "89161234567")
    )
    assert first == again != other
    assert first.split(".")[0] == other.split(".")[0]


def test_what_has_been_erased_stays_as_it_is() -> None:
    erased = ERASER.text("звонить +79161234567, Анне Петровой")
    assert STAND_IN.search(erased)
    assert ERASER.text(erased) is erased


def test_documents_keep_their_shape() -> None:
    said = {"filters": {"phone": ["+7 916 123-45-67", 79161234567], "n": 5, "ok": True}, "x": None}
    erased = ERASER.document(said)
    assert [*erased] == ["filters", "x"]
    assert erased["filters"]["n"] == 5
    assert all(STAND_IN.fullmatch(one) for one in erased["filters"]["phone"])
    assert ERASER.document(erased) is erased
