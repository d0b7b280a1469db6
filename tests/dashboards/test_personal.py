"""What a viewer is given in place of personal data; no column or parameter is forgotten."""

import re
import time

import pytest

from analytics.filters import Filters
from analytics.published import Published
from analytics.reports.asking import Question
from analytics.reports.register import REPORTS
from analytics.statements import statement
from dashboards.personal import (
    FREE_FIELDS,
    Masking,
    mask_email,
    mask_ip,
    mask_name,
    mask_of_field,
    mask_phone,
    without_contacts,
    without_contacts_or_mobiles,
)
from tests.dashboards.conftest import ZONE, Place
from tests.dashboards.leads import NOW

HIDDEN = "•••"


def test_what_is_left_tells_clients_apart_and_names_nobody() -> None:
    assert mask_phone("79161234567") == "7916•••••67"
    assert mask_phone("1234567") == HIDDEN
    assert mask_email("anna@example.ru") == "a•••@example.ru"
    assert mask_email("anna") == HIDDEN
    assert mask_name("Анна Петрова") == "А••• П•••"
    assert mask_ip("92.118.66.7") == "92.118.•.•"
    assert mask_ip("2a02:6b8::1") == "2a02:6b8:…"


@pytest.mark.parametrize(
    "contact",
    [
        "79161234567",
        "+7 (916) 123-45-67",
        "8 916 123 45 67",
        "8-800-555-35-35",
        "+375 29 123-45-67",
        "%2B7%20916%20123-45-67",
        "(916) 123-45-67",
        "916 123-45-67",
        "anna.petrova+1@mail.example.ru",
        "anna%40example.ru",
        "анна@пример.рф",
    ],
)
def test_contacts_are_taken_out_of_free_texts(contact: str) -> None:
    assert without_contacts(f"Перезвонить: {contact}, срочно") == f"Перезвонить: {HIDDEN}, срочно"
    assert without_contacts(f"https://x.ru/?a={contact}&b=2") == f"https://x.ru/?a={HIDDEN}&b=2"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20 14:32:00",
        "1793692189209305626",
        "482962018.1791818352",
        "Mozilla/5.0 Chrome/141.0.0.0",
        "campaign_9012345678|search",
        "user@host, 50 %",
    ],
)
def test_what_only_looks_a_little_like_a_contact_stays(text: str) -> None:
    assert without_contacts(text) == text


def test_a_bare_mobile_is_a_phone_in_what_people_write() -> None:
    assert without_contacts_or_mobiles("тел 9161234567") == f"тел {HIDDEN}"
    assert Masking(("comment",))(("тел 9161234567",)) == (f"тел {HIDDEN}",)


@pytest.mark.parametrize("part", ["a", "7", "+1 ", "a@", "%40", "7 1 ", "+1(", "a."])
def test_long_texts_of_strangers_are_masked_at_once(part: str) -> None:
    """64 KiB, as long as a URL may be: no text makes the search go wild."""
    began = time.perf_counter()
    without_contacts_or_mobiles(part * (65_536 // len(part)))
    assert time.perf_counter() - began < 2


def test_values_of_a_change_are_masked_by_the_field_that_they_are_of() -> None:
    mask = Masking(("kind", "field", "old_value", "new_value"))
    assert mask(("change", "callerphone", None, "79161234567")) == (
        *("change", "callerphone", None, "7916•••••67"),
    )
    assert mask(("change", "phonenumber", None, "74951234567"))[3] == "74951234567"
    assert mask(("change", "text", "[]", '[{"phrase":"Анна"}]'))[2:] == (HIDDEN, HIDDEN)
    assert mask(("change", "client_name", None, "Анна"))[3] == HIDDEN
    assert mask(("change", "manager", "Мария", "Ольга"))[2:] == ("Мария", "Ольга")
    assert mask(("delivery", None, None, None)) == ("delivery", None, None, None)


def test_values_of_a_filter_are_too() -> None:
    mask = Masking(("filter", "value", "leads"))
    assert mask(("number", "74951234567", 3)) == ("number", "74951234567", 3)
    assert mask(("utm_term", "79161234567", 3)) == ("utm_term", HIDDEN, 3)


def test_lists_and_what_is_in_them_are_masked() -> None:
    mask = Masking(("problems", "person"))
    assert mask((["callerphone: +79161234567"], {"phone": "79161234567", "age": 7})) == (
        [f"callerphone: {HIDDEN}"],
        {"phone": HIDDEN, "age": 7},
    )


def test_every_parameter_of_calltouch_has_its_mask() -> None:
    """Either it is personal, or it is named as free: a new one must be decided on."""
    known = set(re.findall(r"^ +\('(\w+)'", statement("fold/parameters"), re.MULTILINE))
    traffic = set(re.findall(r"'(\w+)'", statement("reports/lead/lead_attribution")))
    named = known | traffic
    hidden = {name for name in named if mask_of_field(name)("Анна") == HIDDEN}
    assert hidden == {"attrs", "userAgent", "user_agent", "text", "reclink", "email", "callerphone"}
    assert named >= FREE_FIELDS
    assert len(named) > 60


# Of texts and lists of texts; every other kind of column tells nobody's name.
PERSONAL_COLUMNS = {
    "caller_phone",
    "email",
    "fio",
    "ip",
    "params",
    "extra",
    "phrase",
    "attrs",
    "user_agent",
}


def test_no_report_gives_personal_columns_under_another_name(busy_place: Place) -> None:
    """Columns are masked by name, so a name with a phone, a mail or a person in it must be one."""
    suspicious = re.compile(r"phone|mail|fio|person|client_name|(^|_)ip($|_)|number|reclink|text")
    harmless = {"phone_number", "redirect_number", "request_number", "source_ip", "number"}
    harmless |= {"call_reference_number", "has_text"}
    found = set()
    with Published(busy_place.published).reading() as db:
        for report in REPORTS:
            question = Question(report, Filters(NOW.date(), NOW.date()), ZONE, NOW)
            none = f"select * from ({question.sql}) limit 0"
            columns = db.execute(none, question.parameters).description or ()
            found |= {column[0] for column in columns if suspicious.search(column[0])}
            assert "reclink" not in {column[0] for column in columns}, report.name
    assert found - harmless - {"repeat_numbers"} <= PERSONAL_COLUMNS
