"""Telegram: a text or a document, from a bot to a chat.

https://core.telegram.org/bots/api. The token is part of the address, so nothing that is raised here
quotes one. The address of the API is the operator's own and may lead inside.
"""

import json
import secrets
from dataclasses import dataclass, field

from ssrfguard import BlockedURLError

from outgoing.connection import Phase
from outgoing.guard import BlockedTarget, configured_target
from outgoing.sending import NotAnswered, WebAnswer, WebRequest, send_to

API_URL = "https://api.telegram.org"
LONGEST_TEXT = 4096
"""Of a message, in characters as Telegram counts them: UTF-16 code units."""
LONGEST_CAPTION = 1024
MOST_BYTES = 50_000_000
"""Of a document."""
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class TelegramBot:
    """`api_url`: of Telegram, or of a server of one's own."""

    token: str = field(repr=False)
    api_url: str = API_URL


@dataclass(frozen=True, slots=True)
class TelegramDocument:
    """`name`: of the file, in plain letters."""

    name: str
    content_type: str
    body: bytes = field(repr=False)


class NotSentByTelegram(Exception):
    """The text says why, and holds no address. `retry_after`: seconds that Telegram asks for.
    `may_be_sent`: it broke off when the message was under way."""

    def __init__(
        self, reason: str, retry_after: float | None = None, *, may_be_sent: bool = False
    ) -> None:
        super().__init__(f"Telegram: {reason}")
        self.retry_after = retry_after
        self.may_be_sent = may_be_sent


def send_text(bot: TelegramBot, chat: str, text: str) -> None:
    """Plain text, cut where Telegram takes no more. `chat`: a number, or @name of a channel.
    Raises `NotSentByTelegram`."""
    fields = {
        "chat_id": chat,
        "text": cut(text, LONGEST_TEXT),
        "link_preview_options": {"is_disabled": True},
    }
    _call(bot, "sendMessage", "application/json", json.dumps(fields).encode())


def send_document(
    bot: TelegramBot, chat: str, document: TelegramDocument, caption: str = ""
) -> None:
    """Raises `NotSentByTelegram`."""
    if len(document.body) > MOST_BYTES:
        raise NotSentByTelegram(f"a document may have {MOST_BYTES // 1_000_000} MB at most")
    fields = {"chat_id": chat, "caption": cut(caption, LONGEST_CAPTION)}
    boundary = secrets.token_hex(16)
    body = _multipart(fields, document, boundary)
    _call(bot, "sendDocument", f"multipart/form-data; boundary={boundary}", body)


def cut(text: str, most: int) -> str:
    """As much of it as has so many UTF-16 code units."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * most:
        return text
    return units[: 2 * (most - 1)].decode("utf-16-le", "ignore") + "…"


def _multipart(fields: dict[str, str], document: TelegramDocument, boundary: str) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="document"; '
        f'filename="{document.name}"\r\nContent-Type: {document.content_type}\r\n\r\n'
    )
    return b"".join((*parts, head.encode(), document.body, f"\r\n--{boundary}--\r\n".encode()))


def _call(bot: TelegramBot, method: str, content_type: str, body: bytes) -> None:
    request = WebRequest(
        "POST",
        f"{bot.api_url}/bot{bot.token}/{method}",
        (("Content-Type", content_type),),
        body,
        _SECONDS,
    )
    try:
        answer = send_to(configured_target(request.url), request)
    except (BlockedTarget, BlockedURLError) as blocked:
        reason = blocked.reason if isinstance(blocked, BlockedTarget) else "url"
        raise NotSentByTelegram(f"the server is not found ({reason})") from None
    except NotAnswered as failure:
        raise NotSentByTelegram(
            f"no answer ({failure.reason})", may_be_sent=failure.phase is not Phase.CONNECTING
        ) from None
    _check(answer)


def _check(answer: WebAnswer) -> None:
    """Raises `NotSentByTelegram` with what Telegram says is wrong."""
    try:
        said = json.loads(answer.body)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise NotSentByTelegram(f"answered {answer.status}", may_be_sent=answer.status < 400)
    if said.get("ok") is True:
        return
    asked = said.get("parameters")
    seconds = asked.get("retry_after") if isinstance(asked, dict) else None
    raise NotSentByTelegram(
        f"{said.get('description') or f'answered {answer.status}'}"[:200],
        float(seconds) if isinstance(seconds, int) else None,
    )
