"""A server that answers as Telegram does."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from outgoing.telegram import TelegramBot

TOKEN = "123456:AbC-secret"


class TelegramServer(HTTPServer):
    """`answer`: status and body of all answers; `seen`: paths, content types and bodies."""

    answer: tuple[int, bytes] = (200, b'{"ok": true, "result": {}}')

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.seen: list[tuple[str, str, bytes]] = []

    refused: tuple[bytes, int, bytes] | None = None

    def refuses(self, chat: bytes, status: int, **said: Any) -> None:
        """Messages to this chat, others are taken; to all of them if it is empty."""
        self.refused = (chat, status, json.dumps({"ok": False} | said).encode())

    def answer_to(self, body: bytes) -> tuple[int, bytes]:
        if self.refused is not None and b'"chat_id"\r\n\r\n' + self.refused[0] in body:
            return self.refused[1:]
        return self.answer

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
        status, answer = self.server.answer_to(body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def telegram_server() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
