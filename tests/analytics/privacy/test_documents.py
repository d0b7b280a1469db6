"""Documents that nobody has declared, with what is of a person masked."""

import json

import pytest

from analytics.privacy.documents import (
    contacts_in,
    mask_body,
    mask_field,
    mask_header,
    mask_message,
    told_contacts,
)
from tests.dashboards.planted import EMAIL, NAME, PHONE, WRITTEN, secrets_in

FIELDS = [("Name", NAME), ("Phone", PHONE), ("email", EMAIL)]
KNOWN = contacts_in(FIELDS)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Phone", "+7 (916) 765-43-21", "7916•••••21"),
        ("Имя", NAME, "К••• Ж••• Л•••"),
        ("caller_phone", PHONE, "7916•••••21"),
        ("email", EMAIL, "z•••@canary.example"),
        ("utm_source", "yandex", "yandex"),
        ("order", "1234567", "1234567"),
        ("sum", 1500, 1500),
        ("paid", True, True),
        ("nothing", None, None),
        ("Phone", "", ""),
        ("comment", f"Перезвоните: {NAME}", "Перезвоните: ••• ••• •••"),
        ("items", [{"phone": PHONE}, "x"], [{"phone": "7916•••••21"}, "x"]),
        ("payload", json.dumps({"PHONE": PHONE}), '{"PHONE": "7916•••••21"}'),
    ],
)
def test_a_field_is_masked_by_its_name_and_by_its_value(
    name: str, value: object, shown: object
) -> None:
    assert mask_field(name, value, KNOWN) == shown


@pytest.mark.parametrize("text", WRITTEN)
def test_bodies_of_all_kinds_tell_nobody(text: str) -> None:
    bodies = (
        text,
        json.dumps({"a": [{"b": text}]}),
        json.dumps({text: 1}),
        f"<lead><name>{text}</name></lead>",
        f"x={text}&Name={text}",
        "[" * 5000 + text,
        json.dumps({"x": json.dumps({"y": text})}),
    )
    for body in bodies:
        assert secrets_in(mask_body(body, KNOWN)) == set(), body
        message = f"POST https://crm.example/{text}?q={text}\nX-Who: {text}\n\n{body}"
        assert secrets_in(mask_message(message, KNOWN)) == set(), body


def test_what_tells_nobody_stays_as_it_is() -> None:
    message = (
        "POST https://crm.example/{{secret.crm}}/leads?utm_source=vk\n"
        "Access-Token: {{secret.crm}}\nContent-Type: application/json\n\n"
    )
    assert mask_message(message, KNOWN) == message
    assert mask_body("a=1&b=x", KNOWN) == "a=1&b=x"
    assert json.loads(mask_body('{"id": 17, "tags": ["a"], "done": true}', KNOWN)) == {
        "id": 17,
        "tags": ["a"],
        "done": True,
    }


def test_what_lets_somebody_in_is_hidden() -> None:
    assert mask_header("Authorization: Bearer abc") == "Authorization: •••"
    assert mask_header("Set-Cookie: session=1") == "Set-Cookie: •••"
    assert "{{secret.amo}}" in mask_header("Authorization: Bearer {{secret.amo}}")


def test_a_document_of_any_depth() -> None:
    deep: object = PHONE
    for _ in range(300):
        deep = {"a": deep}
    assert PHONE not in str(mask_field("x", deep, KNOWN))


def test_whom_fields_tell() -> None:
    told = told_contacts(
        [
            ("Phone", "8 916 765-43-21"),
            ("contact", [{"phone": PHONE, "EMAIL": EMAIL.upper()}]),
            ("raw", json.dumps({"name": NAME})),
            ("order_id", PHONE),
        ]
    )
    assert told.phones == (PHONE,)
    assert told.emails == (EMAIL,)
    assert told.names == (NAME,)
