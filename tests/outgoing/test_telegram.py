"""A bot's messages, against a server that answers as Telegram does."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

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

TOKEN = "123456:AbC-secret"


class TelegramServer(HTTPServer):
    """`answer`: status and body of all answers; `seen`: paths, content types and bodies."""

    answer: tuple[int, bytes] = (200, b'{"ok": true, "result": {}}')

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.seen: list[tuple[str, str, bytes]] = []

    def says(self, status: int, **said: Any) -> None:
        self.answer = (status, json.dumps(said).encode())

    @property
    def bot(self) -> TelegramBot:
        return TelegramBot(TOKEN, f"http://127.0.0.1:{self.server_port}")


class _Answering(BaseHTTPRequestHandler):
    server: TelegramServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.seen.append((self.path, self.headers["Content-Type"], body))
        status, answer = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


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
