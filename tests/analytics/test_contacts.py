"""One form of phones and e-mails, and the person they tell."""

import pytest

from analytics.contacts import canonical_email, canonical_phone, number_in, person_of

PHONE = "79161234567"


@pytest.mark.parametrize(
    "written",
    [
        PHONE,
        "+7 (916) 123-45-67",
        "8-916-123-45-67",
        "8 916 1234567",
        # The + of a form that was not encoded.
        " 79161234567",
        "tel:+79161234567",
        "tel:+7-916-123-45-67;ext=102",
        "sip:79161234567@10.0.0.1",
        "+7 916 123-45-67 доб. 12345",
        "8 (916) 123-45-67 ext 5",
        "8 (916) 123-45-67, 8 (903) 765-43-21",
        "89161234567#12",
        "+79161234567",
        "٧٩١٦١٢٣٤٥٦٧",
        "8\N{NO-BREAK SPACE}916\N{NON-BREAKING HYPHEN}123\N{EN DASH}45.67",
        "\u202a+7 916 123-45-67\u202c",
        "Телефон: 8 916 123 45 67",
    ],
)
def test_a_phone_has_one_form_however_it_is_written(written: str) -> None:
    assert canonical_phone(written) == PHONE


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("12345", "12345"),
        ("8123456", "8123456"),
        ("9161234567", "9161234567"),
        ("889161234567", "889161234567"),
        ("+49 30 901820", "4930901820"),
        ("1234", None),
        ("7916•••••67", None),
        ("7916XXX4567", None),
        ("anonymous", None),
        ("", None),
        (None, None),
    ],
)
def test_other_numbers_are_their_digits_and_fewer_than_five_are_none(
    written: str | None, expected: str | None
) -> None:
    assert canonical_phone(written) == expected


def test_an_email_is_trimmed_and_in_lower_case() -> None:
    for written in ("anna@example.ru", " Anna@Example.RU\n", "mailto:anna@example.ru"):
        assert canonical_email(written) == "anna@example.ru"
    for other in ("anna", "@", "anna@", "@example.ru", "", None):
        assert canonical_email(other) is None


def test_a_person_is_the_phone_else_the_email_else_the_callers_id() -> None:
    """The numbers are what other programs that build on the file must come to as well."""
    assert person_of(PHONE, "anna@example.ru", "0a") == 1205585621706941554
    assert person_of(None, "anna@example.ru", "0a") == -140621494646677598
    assert person_of(None, None, "0a") == person_of(None, "0a", None)
    assert person_of(None, None, None) is person_of(None, None, "") is None


def test_a_number_in_a_text_is_its_phone_or_all_digits() -> None:
    assert number_in("8 (916) 123-45-67 доб. 5") == "89161234567"
    assert number_in("45-67") == "4567"
    assert number_in("нет") == ""
