"""What a viewer is given in place of personal data; no column or parameter is forgotten."""

import re
import time

import pytest
from dashboards.personal import (
    FREE_FIELDS,
    Masking,
    mask_email,
    mask_ip,
    mask_name,
    mask_of_field,
    mask_phone,
    without_contacts,
    without_numbers,
)

from analytics.filters import Filters
from analytics.fold.parameters import PARAMETERS
from analytics.published import Published
from analytics.reports.asking import Question
from analytics.reports.register import REPORTS
from analytics.statements import statement
from tests.dashboards.conftest import ZONE, Place
from tests.dashboards.leads import NOW

HIDDEN = "•••"


def test_what_is_left_tells_clients_apart_and_names_nobody() -> None:
    assert mask_phone("79161234567") == "7916•••••67"
    for other in ("1234567890", "тел 79161234567", "+7 916 123-45-67"):
        assert mask_phone(other) == HIDDEN
    assert mask_email("anna@example.ru") == "a•••@example.ru"
    assert mask_email("anna") == HIDDEN
    assert mask_email("Anna <anna@x.ru> tel 89161234567") == HIDDEN
    assert mask_email("89161234567@x.ru") == f"{HIDDEN}@x.ru"
    assert mask_name("Анна Петрова") == "А••• П•••"
    assert mask_ip("92.118.66.7") == "92.118.•.•"
    assert mask_ip("2a02:6b8::1") == "2a02:6b8:…"
    assert mask_ip("92.118.66.7:1234") == HIDDEN


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


@pytest.mark.parametrize(
    "contact",
    [
        "9161234567",
        "916.123.45.67",
        "(495) 123-45-67",
        "375291234567",
        "8_916_123_45_67",
        "0079161234567",
        "８９１６１２３４５６７",
        "916—123 / 45, 67",
        "8\u200b916\u00ad123\u20604567",
        "89161234567, 89161234568",
        "49 1\n2\n3\n4 5 6 7 8",
    ],
)
def test_in_what_people_write_any_ten_digits_are_a_contact(contact: str) -> None:
    for column in ("comment", "subject", "tags"):
        (shown,) = Masking((column,))((f"тел {contact}, до 18:30",))
        assert not re.search(r"\d", shown.removesuffix(", до 18:30")), shown


def test_ids_stay_in_urls_and_contacts_do_not() -> None:
    ids = "utm_campaign=9012345678&utm_name=b&hotel=1&yclid=17918183524829620181"
    nested = "https%3A%2F%2Fy.ru%2F%3FFio%3DAnna%2520P%26z%3D1"
    twice = nested.replace("%", "%25")
    for mask in (mask_of_field("url"), mask_of_field("utm_term"), without_contacts):
        assert mask(f"https://x.ru/?{ids}") == f"https://x.ru/?{ids}"
        assert mask(f"https://x.ru/?{ids}&Phone=9161234567&z=1") == (
            f"https://x.ru/?{ids}&Phone={HIDDEN}&z=1"
        )
        assert mask("?%70hone=91612&user%5Bemail%5D=an&name=Anna%20P") == (
            f"?phone={HIDDEN}&user[email]={HIDDEN}&name={HIDDEN}"
        )
        for inner in (nested, twice):
            assert mask(f"?u={inner}") == f"?u=https://y.ru/?Fio={HIDDEN}&z=1"
        assert mask("?a=anna%2540x.ru&b=8%255F916_123_45_67") == f"?a={HIDDEN}&b={HIDDEN}"
    assert Masking(("ya_client_id",))(("1793692189209305",)) == ("1793692189209305",)


def test_parameters_of_urls_are_masked_by_their_names() -> None:
    mask = Masking(("position", "name", "value"))
    assert mask((1, "client_name", "Анна")) == (1, "client_name", HIDDEN)
    assert mask((1, "yclid", "9161234567")) == (1, "yclid", "9161234567")
    sent = '[{"name":"yclid","value":"9161234567"},{"name":"fio","value":"Анна"}]'
    assert mask_of_field("add_url_params")(sent) == sent.replace("Анна", HIDDEN)


@pytest.mark.parametrize(
    "part", ["a", "7", "+1 ", "a@", "%40", "7 1 ", "+1(", "a.", "\u0315\u0300", "name="]
)
def test_long_texts_of_strangers_are_masked_at_once(part: str) -> None:
    """64 KiB, as long as a URL may be: no text makes the search go wild."""
    began = time.perf_counter()
    without_numbers(part * (65_536 // len(part.encode())))
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
    assert mask(("utm_term", "9161234567", 3))[1] == "9161234567"
    assert mask(("manager", "9161234567", 3))[1] == HIDDEN


def test_lists_and_what_is_in_them_are_masked() -> None:
    mask = Masking(("problems", "person"))
    assert mask((["callerphone: +79161234567"], {"phone": "79161234567", "age": 7})) == (
        [f"callerphone: {HIDDEN}"],
        {"phone": HIDDEN, "age": 7},
    )


def test_every_parameter_of_calltouch_has_its_mask() -> None:
    """Either it is personal, or it is named as free: a new one must be decided on."""
    known = set(PARAMETERS)
    traffic = set(re.findall(r"'(\w+)'", statement("reports/lead/lead_attribution")))
    named = known | traffic
    hidden = {name for name in named if mask_of_field(name)("Анна") == HIDDEN}
    agents = {"attrs", "userAgent", "user_agent"}
    assert hidden == agents | {"text", "reclink", "email", "callerphone", "ip"}
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
