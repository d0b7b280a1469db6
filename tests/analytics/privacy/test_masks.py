"""What is given in the place of a value: contacts go, ids and sums stay."""

import re
import time

import pytest

from analytics.privacy.columns import held_by_field
from analytics.privacy.contacts import NOBODY, Contacts, contacts_of
from analytics.privacy.holds import Privacy
from analytics.privacy.masking import mask_filter, mask_of
from analytics.privacy.masks import (
    Mask,
    mask_email,
    mask_identifier,
    mask_ip,
    mask_name,
    mask_of_url_param,
    mask_phone,
    without_contacts,
    without_numbers,
)
from analytics.privacy.param_names import says_person

HIDDEN = "•••"
ANNA = contacts_of(["79167654321"], ["anna.petrova@example.ru"], ["Петрова Анна Львовна"])


def mask_of_field(field: str) -> Mask:
    mask = mask_of(held_by_field(field) or Privacy.ANYTHING)
    assert mask is not None
    return mask


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
    assert mask_identifier("1793692189209305626") == "1793•••"
    assert mask_identifier("anna@example.ru") == mask_identifier("79161234567") == HIDDEN


@pytest.mark.parametrize(
    "contact",
    [
        "79161234567",
        "+7 (916) 123-45-67",
        "8 916 123 45 67",
        "8-800-555-35-35",
        "+375 29 123-45-67",
        "375291234567",
        "%2B7%20916%20123-45-67",
        "(916) 123-45-67",
        "٨٩١٦١٢٣٤٥٦٧",
        "916 123-45-67",
        "anna.petrova+1@mail.example.ru",
        "anna%40example.ru",
        "anna @ example.ru",
        "анна@пример.рф",
        "93.158.134.77",
        "2a02:6b8::2:242",
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
        "campaign 70123456, ad 1234567890, 1 250 000,50 руб.",
        "roistat=123456789&_openstat=ZGlyZWN0LnlhbmRleC5ydTs3MDEyMzQ1NjsxNzAwMDAwMDAwMQ",
        "user@host, 50 %",
        "12:30:45",
    ],
)
def test_what_only_looks_a_little_like_a_contact_stays(text: str) -> None:
    assert without_contacts(text) == text
    assert without_contacts(text, ANNA) == text


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
        "٨٩١٦١٢٣٤٥٦٧",
        "916—123 / 45, 67",
        "8\u200b916\u00ad123\u20604567",
        "89161234567, 89161234568",
        "49 1\n2\n3\n4 5 6 7 8",
    ],
)
def test_in_what_people_write_any_ten_digits_are_a_contact(contact: str) -> None:
    for content in (Privacy.COMMENT, Privacy.TEXT, Privacy.WORDS):
        mask = mask_of(content)
        assert mask is not None
        shown = mask(f"тел {contact}, до 18:30")
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


@pytest.mark.parametrize(
    "written",
    [
        "user=anna",
        "fam=Петрова",
        "client=%D0%90%D0%BD%D0%BD%D0%B0",
        "contact=9167654321",
        "contact[phone]=1",
        "firstName=Anna",
        "LAST_NAME=P",
        "data[0][ClientName]=Anna",
        "utm_phone=1",
        "tel=12345",
        "klient=Anna",
        "telefon=12-34",
        "nomer_telefona=12",
        "familija=P",
        "имя_клиента=Анна",
        "имя=Анна",
        "Фамилия=П",
        "FIO=P",
        "delivery_address=Ленина, 1",
    ],
)
def test_a_parameter_that_is_named_after_a_person_has_no_value(written: str) -> None:
    name = written.partition("=")[0]
    assert without_contacts(f"/x?a=1&{written}&b=2") == f"/x?a=1&{name}={HIDDEN}&b=2"
    assert mask_of_url_param(name)("anything") == HIDDEN


@pytest.mark.parametrize(
    "name",
    [
        *("utm_name", "client_id", "userId", "user_agent", "hotel", "site_name", "campaignName"),
        *("lastmod", "contact_type", "telemetry", "product", "mobility", "yclid", "gclid"),
    ],
)
def test_other_parameters_keep_theirs(name: str) -> None:
    assert not says_person(name)
    assert without_contacts(f"?{name}=x1") == f"?{name}=x1"


def test_forms_in_comments_are_read_as_such() -> None:
    shown = without_numbers("Имя: Анна Петрова\nТелефон: 12-34\nТовар: диван, 15 000 руб.")
    assert shown == f"Имя: {HIDDEN}\nТелефон: {HIDDEN}\nТовар: диван, 15 000 руб."


@pytest.mark.parametrize(
    "own",
    [
        *("9167654321", "89167654321", "7654321", "765-43-21", "id79167654321x", "916_765_4321"),
        *("%39167654321", "916%20765%2043%2021", "8(916)765.43.21"),
        *("Петрова", "ПЕТРОВА", "петровой", "Анне", "%D0%90%D0%BD%D0%BD%D0%B0", "Львовна"),
        *("anna.petrova", "Anna.Petrova (at) example"),
        *(
            "%CF%E5%F2%F0%EE%E2%E0",
            "%25CF%25E5%25F2%25F0%25EE%25E2%25E0",
            "%CF%E5%F2%F0%EE%E2%EE%E9",
        ),
        *(
            "%D0%9F%D0%B5%D1%82%D1%80%D0%BE%D0%B2%D0%B0%FF",
            "%D0%9F%D0%B5%D1%82%D1%80%D0%BE%D0%B2%D0",
        ),
        *("%u041F%u0435%u0442%u0440%u043E%u0432%u0430", "%uD83D%u0410%u043D%u043D%u0430"),
        *("Petrova", "PETROVA", "Lvovna", "٩١٦٧٦٥٤٣٢١", "७६५४३२१"),
    ],
)
def test_a_lead_loses_what_is_its_own_persons_in_any_spelling(own: str) -> None:
    for mask in (without_contacts, without_numbers):
        for text in (f"utm|{own}|17", f"https://x.ru/{own}/?q={own}&b=2"):
            shown = mask(text, ANNA)
            assert HIDDEN in shown
            assert own.casefold() not in shown.casefold()
            assert shown.encode(), "no half of a surrogate pair"


def test_a_phone_that_was_sent_in_other_digits_is_known() -> None:
    assert without_contacts("id7654321", contacts_of(["٧٩١٦٧٦٥٤٣٢١"], [], [])) == f"id{HIDDEN}"


@pytest.mark.parametrize(
    "other",
    ["9167654322", "765432", "76543210", "Пётр", "Анапа", "анна-мария", "Petrovna", "Annapolis"],
)
def test_and_keeps_what_is_not(other: str) -> None:
    shown = without_contacts(f"utm|{other}|17", ANNA)
    expected = other.replace("анна", HIDDEN) if other != "76543210" else HIDDEN
    assert shown == f"utm|{expected}|17"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Юлия", "Yulia Yuliya Julia Iuliia"),
        ("Пётр Щукин", "Petr Pyotr Piotr Shchukin Schukin"),
        ("Хохлова Жанна", "Khokhlova Hohlova Zhanna Janna"),
        ("Алексей Цой", "Aleksey Alexei Alexey Tsoy Tsoi"),
        ("Ксения Яблокова", "Kseniya Ksenia Xenia Yablokova Iablokova Jablokova"),
        ("Yuliya Shchukina", "Юлия Щукина"),
    ],
)
def test_a_name_is_the_same_in_latin_letters(name: str, written: str) -> None:
    person = contacts_of([], [], [name])
    assert not re.search(r"[^\W\d_]", without_contacts(written, person))
    assert without_contacts("google cpc yandex Chrome", person) == "google cpc yandex Chrome"


def test_of_anybody_whole_phones_and_names_of_two_words_are_hidden() -> None:
    anybody = Contacts(
        phones=frozenset({"9167654321", "375291234567"}),
        pairs=frozenset({frozenset({"анна", "петрова"})}),
        texts=frozenset({"Петрова"}),
    )
    mask = without_contacts
    assert mask("a=9167654321;b=375291234567;c=91676543210", anybody) == (
        f"a={HIDDEN};b={HIDDEN};c=91676543210"
    )
    assert mask("Петрова, АННА", anybody) == f"{HIDDEN}, {HIDDEN}"
    assert mask("Анна Каренина, ул. Петрова", anybody) == "Анна Каренина, ул. Петрова"
    assert mask("Петрова", anybody) == HIDDEN
    assert mask("Петрова", NOBODY) == "Петрова"


def test_parameters_of_urls_are_masked_by_their_names() -> None:
    sent = '[{"name":"yclid","value":"9161234567"},{"name":"fio","value":"Анна"}]'
    assert mask_of_field("add_url_params")(sent) == sent.replace("Анна", HIDDEN)
    for broken in ("Имя: Анна", '[{"name":"fio"}]', '{"phone":"79161234567"}'):
        shown = mask_of_field("add_url_params")(broken)
        assert not re.search(r"Анна|\d", shown), shown


def test_what_somebody_filters_by_is_noted_without_contacts() -> None:
    assert mask_filter("utm_term", "79161234567") == HIDDEN
    assert mask_filter("number", "74951234567") == "74951234567"
    for name, value in (("lead_type", "call"), ("waiting_from", "20"), ("lead_id", "12345678901")):
        assert mask_filter(name, value) == value


@pytest.mark.parametrize(
    "part",
    [
        "a",
        "7",
        "+1 ",
        "a@",
        "%40",
        "7 1 ",
        "+1(",
        "a.",
        "\u0315\u0300",
        "name=",
        "имя: ",
        "1:",
        "Анна ",
    ],
)
def test_long_texts_of_strangers_are_masked_at_once(part: str) -> None:
    """64 KiB, as long as a URL may be: no text makes the search go wild."""
    began = time.process_time()
    without_numbers(part * (65_536 // len(part.encode())), ANNA)
    assert time.process_time() - began < 2
