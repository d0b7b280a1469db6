"""A bot's messages, against a server that answers as Telegram does."""

import json
from collections.abc import Iterator

import pytest

from outgoing.telegram import (
    LONGEST_TEXT,
    NotSentByTelegram,
    TelegramBot,
    TelegramDocument,
    cut,
    send_document,
    send_text,
)
from tests.outgoing.telegram_server import TOKEN, TelegramServer, telegram_server


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with telegram_server() as server:
        yield server


def test_a_text_is_sent_as_it_is(telegram: TelegramServer) -> None:
    send_text(telegram.bot, "-1001", "Лиды: 12 <b>*_")
    ((path, _, body),) = telegram.seen
    sent = json.loads(body)
    assert path == f"/bot{TOKEN}/sendMessage"
    assert (sent["chat_id"], sent["text"]) == ("-1001", "Лиды: 12 <b>*_")
    assert "parse_mode" not in sent


def test_a_document_is_sent_with_its_caption(telegram: TelegramServer) -> None:
    document = TelegramDocument("overview.html", "text/html", b"<p>\r\n\x00")
    send_document(telegram.bot, "@leads", document, "Обзор")
    ((path, content_type, body),) = telegram.seen
    boundary = content_type.partition("boundary=")[2].encode()
    parts = body.split(b"--" + boundary)
    assert path.endswith("/sendDocument")
    assert parts[-1] == b"--\r\n"
    assert parts[1].endswith(b'name="chat_id"\r\n\r\n@leads\r\n')
    assert parts[2].endswith("\r\n\r\nОбзор\r\n".encode())
    assert b'filename="overview.html"' in parts[3]
    assert parts[3].endswith(b"\r\n\r\n<p>\r\n\x00\r\n")


def test_what_telegram_refuses_is_said_in_its_words(telegram: TelegramServer) -> None:
    telegram.says(403, ok=False, description="Forbidden: bot was blocked by the user")
    with pytest.raises(NotSentByTelegram, match="bot was blocked by the user"):
        send_text(telegram.bot, "1", "x")
    telegram.says(429, ok=False, description="Too Many Requests", parameters={"retry_after": 7})
    with pytest.raises(NotSentByTelegram) as slow:
        send_text(telegram.bot, "1", "x")
    assert slow.value.retry_after == 7
    telegram.answer = (502, b"<html>bad gateway")
    with pytest.raises(NotSentByTelegram, match="502"):
        send_text(telegram.bot, "1", "x")


def test_no_error_holds_the_token() -> None:
    for nowhere in ("http://127.0.0.1:1", "http://nowhere.invalid"):
        bot = TelegramBot(TOKEN, nowhere)
        with pytest.raises(NotSentByTelegram) as failure:
            send_text(bot, "1", "x")
        assert TOKEN not in f"{failure.value!r} {bot!r}"
        assert not failure.value.may_be_sent


def test_a_long_text_is_cut_between_characters() -> None:
    assert cut("x" * LONGEST_TEXT, LONGEST_TEXT) == "x" * LONGEST_TEXT
    assert cut("x" * 5000, LONGEST_TEXT) == "x" * (LONGEST_TEXT - 1) + "…"
    assert cut("😀😀😀", 4) == "😀…"
