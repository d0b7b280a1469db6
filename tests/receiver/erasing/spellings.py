"""The ways in which one phone, one address and one name are written, and texts are encoded."""

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

from receiver.erasing.person import Person

PHONE = "79161234567"
EMAIL = "anna.petrova@пример.рф"
OTHER_EMAIL = "a.petrova+shop@mail.ru"
NAME = "Петрова Анна"
CALLER_ID = "5f0c3a9d1b7e42868f0c3a9d1b7e4286"
BROWSER = "1793692189209305626"
RECORDING = "https://rec.calltouch.ru/listen/9f8e7d6c5b4a39281706"
KEY = bytes(range(32))

PERSON = Person(
    frozenset({PHONE}),
    frozenset({EMAIL, OTHER_EMAIL}),
    frozenset({CALLER_ID}),
    frozenset({NAME}),
    frozenset({BROWSER, RECORDING, "92.118.1.77"}),
)

PHONES = (
    "79161234567",
    "+79161234567",
    "89161234567",
    "9161234567",
    "+7 (916) 123-45-67",
    "8 (916) 123-45-67",
    "8-916-123-45-67",
    "8.916.123.45.67",
    "(916) 123-45-67",
    "8\u00a0916\u00a0123\u00a045\u00a067",
    "+7 916 123‑45‑67",
    "+7\u2009916\u2009123\u200945\u200967",
    "8 916 12 34 567",
    "tel:+7-916-123-45-67",
    "007 916 1234567",
    "8_916_123_45_67",
    "７９１６１２３４５６７",
    "＋７（９１６）１２３－４５－６７",
    "٧٩١٦١٢٣٤٥٦٧",
    "7916\u200b123\u00ad4567",
)
EMAILS = (
    "anna.petrova@пример.рф",
    "Anna.Petrova@Пример.РФ",
    "anna.petrova@xn--e1afmkfd.xn--p1ai",
    "ANNA.PETROVA@XN--E1AFMKFD.XN--P1AI",
    '"anna.petrova"@пример.рф',
    "mailto:anna.petrova@пример.рф",
    "<anna.petrova@пример.рф>",
    "ａｎｎａ.petrova@пример.рф",
    "a.petrova+shop@mail.ru",
    "A.Petrova+Shop@Mail.Ru",
)
NAMES = (
    "Петрова Анна",
    "Анна Петрова",
    "ПЕТРОВА АННА",
    "анна петрова",
    "Петрова, Анна",
    "Анна_Петрова",
    "Анна\u00a0Петрова",
)
OTHERS = (CALLER_ID, CALLER_ID.upper(), BROWSER, RECORDING)
WRITTEN = (*PHONES, *EMAILS, *NAMES, *OTHERS)
FAR_FROM_IT = (
    "179161234567",
    "791612345678",
    "9161234560",
    "hanna.petrova@пример.рф",
    "anna.petrova@пример.рф.com",
    "anna.petrova@xn--e1afmkfd.xn--p1aix",
    "Анна",
    "Анна звонила, Петров",
    "Анна Сидорова и Ольга Петрова",
    f"{BROWSER}1",
    "Петр Анненков",
)
"""What is like it, and nobody's."""


def _escaped(text: str) -> str:
    return json.dumps(text)[1:-1]


def _all_escaped(text: str) -> str:
    return "".join(f"\\u{ord(one):04X}" for one in text)


def _every_byte(text: str) -> str:
    return "".join(f"%{one:02x}" for one in text.encode())


TEXTS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "percent": quote,
    "percent, every byte": _every_byte,
    "percent twice": lambda text: quote(quote(text)),
    "plus": quote_plus,
    "JSON": _escaped,
    "JSON, every character": _all_escaped,
    "HTML": lambda text: "".join(f"&#{ord(one)};" for one in text),
    "HTML, hexadecimal": lambda text: "".join(f"&#x{ord(one):X};" for one in text),
    "HTML, named": html.escape,
    "base64": lambda text: base64.b64encode(f"тел. {text}".encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(f"ф:{text}".encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal in capitals": lambda text: text.encode().hex().upper(),
}
"""How a text is written in a text."""
BYTES = ("utf-8", "cp1251", "utf-16", "utf-16-le", "utf-16-be")
"""How a text is written in bytes."""
