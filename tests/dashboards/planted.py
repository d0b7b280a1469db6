"""A store full of planted names, phones, e-mails and addresses, wherever one can come."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote

from tests.dashboards.leads import NOW, Delivered, call, request

PHONE = "79167654321"
FORMER_PHONE = "74957771234"
FOREIGN_PHONE = "375291237766"
NAME = "Канарейкина Жанна Львовна"
FORMER_NAME = "Синицына Жанна"
EMAIL = "zhanna.kanareykina@canary.example"
ADDRESS = "93.158.134.77"
SPELLINGS = (
    "+7 (916) 765-43-21",
    "9167654321",
    "8-916-765-43-21, 916 765 43 21",
    "7%20916%20765-43-21, %2B79167654321",
)
NAMES = ("Канарейкина", f"КАНАРЕЙКИНА ЖАННА, {quote('Канарейкина Жанна')}", "жанна_канарейкина")
WRITTEN = (*SPELLINGS, *NAMES, f"{quote(EMAIL)} {EMAIL.upper()}", f"{ADDRESS}, {FOREIGN_PHONE}")
"""One after another in every text that there is."""

QUERY = (
    f"?user={quote('Жанна')}&fam={quote('Канарейкина')}&client=Zhanna&contact=9167654321"
    f"&Phone=7654321&q={quote('Канарейкина Ж')}&ip={ADDRESS}&e-mail={quote(EMAIL)}&lid=9167654321"
)
URLS = ("url", "ref", "callUrl", "requestUrl")
TEXTS = (
    *("source", "medium", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
    *("subject", "orderId", "statusDetails", "requestNumber", "sip_call_id", "hostname"),
    *("tags_manual", "tags_auto_pr", "tags_request", "tags_api", "callback_request_id"),
    *("callReferenceNumber", "changedFields"),
)
STAFF = "Ольга Менеджерова"
"""Who works for the company is no secret to those who look at its leads."""
IDENTIFIERS = {
    "ctCallerId": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "ctClientId": "1793692189209305626",
    "ctGlobalId": "5e0b1c2d-aaaa-bbbb-cccc-1234567890ab",
    "gcid": "482962018.1791818352",
    "yaClientId": "1694512345678901234",
}

_SECRETS = (
    r"канарейкин|жанн|синицын|zhanna|kanareykin",
    r"(?:916[\W_]{0,3}|(?<!\d))765[\W_]{0,3}43[\W_]{0,3}21(?!\d)",
    r"4957771234|29[\W_]?123[\W_]?77[\W_]?66",
    r"158\.134\.77",
    r"0a1b2c3d4e|92189209305626|5e0b1c2d-a|1791818352|12345678901234",
)
_SECRET = re.compile("|".join(_SECRETS))


def secrets_in(text: str) -> set[str]:
    """What is planted and can be read in a text, in whatever way it is encoded."""
    for _ in range(3):
        text = unquote(text.replace("+", " ")) if "%" in text else text
    text = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
    return {found[0] for found in _SECRET.finditer(text.casefold())}


def planted() -> list[Delivered]:
    """Calls and requests, each in several deliveries that change everything, and broken ones."""
    found = [one for number, text in enumerate(WRITTEN, 1) for one in _lives(number, text)]
    return sorted([*found, *_broken()], key=lambda one: one.received_at)


def _lives(number: int, text: str) -> Iterator[Delivered]:
    at = NOW - timedelta(hours=number)
    before = _carrying(WRITTEN[number - 2])
    person = {"callerphone": PHONE, "email": EMAIL, "fio": NAME, "ip": ADDRESS, **IDENTIFIERS}
    former = {"callerphone": FORMER_PHONE, "email": f"x{EMAIL}", "fio": FORMER_NAME}
    for model in ("1", "0"):
        started = call(number, at, **(person | before | former), attribution=model)
        yield Delivered(at, started | {"callphase": "callconnected"})
        ended = call(number, at, **(person | _carrying(text)), attribution=model)
        ended |= {"status": "unsuccessful", "waiting_time": "20", "spam": "true"}
        problems = [f"longer than 65536 characters, cut: {text}", f"not UTF-8: {PHONE}"]
        yield Delivered(at + timedelta(minutes=3), ended, problems)
    form = request(number, (at + timedelta(hours=3)).replace(tzinfo=None), **person, **before)
    yield Delivered(at + timedelta(minutes=1), form)
    yield Delivered(at + timedelta(minutes=5), form | _carrying(text))


def _carrying(text: str) -> dict[str, Any]:
    url = f"https://site.example/{quote(text)}/{QUERY}"
    return {
        **dict.fromkeys(TEXTS, text),
        **dict.fromkeys(URLS, f"{url}&lead={text}"),
        "manager": STAFF,
        "comment": [
            {"party": STAFF, "comment": f"Перезвонить Жанне Канарейкиной: {text}, до 18:30"}
        ],
        "text": [{"channel": "client", "phrase": f"Здравствуйте, это {text}"}],
        "add_url_params": [{"name": name, "value": text} for name in ("fam", "x", text)],
        "attrs": json.dumps({"who": text}),
        "userAgent": f"Mozilla/5.0 ({text})",
        "reclink": "https://records.calltouch.ru/?jwtkey=secret",
        "client_name": text,
        f"{text}.": [{"value": text}],
        text: "1",
    }


def _broken() -> Iterator[Delivered]:
    for text in WRITTEN:
        params = {"leadtype": text, "id": text, text: text}
        yield Delivered(NOW - timedelta(minutes=9), params, [f"both a value and a list: {text}"])
