"""Whatever the texts, an independent decoder reads back exactly those, in every place."""

import json
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.filling.filler import Filler
from flows.filling.filters import FilterSettings
from flows.filling.lookup import Fields
from flows.filling.places import PLACES
from flows.refusal import FlowRefusal

SETTINGS = FilterSettings(ZoneInfo("Europe/Moscow"))
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
NASTY = (
    "{{secret.x}}",
    "{{@body}}",
    "</script>",
    '"',
    "\\",
    "\r\nX: 1",
    "&a=b",
    "../..",
    "%2e",
    "]]>",
)


def filled(place: str, template: str, charset: str = "utf-8", /, **values: Any) -> str:
    PLACES[place].check(template)
    filler = Filler(Fields(values, {"crm": "TOKEN"}), SETTINGS)
    return PLACES[place].fill(template, filler, charset)


def refusal(place: str, template: str, charset: str = "utf-8", /, **values: Any) -> tuple[str, str]:
    with pytest.raises(FlowRefusal) as refused:
        filled(place, template, charset, **values)
    return refused.value.reason, refused.value.at


@given(TEXTS | st.sampled_from(NASTY), TEXTS)
def test_json(a: str, b: str) -> None:
    text = filled("json", '{"x": "{{a}}", "list": ["<{{b}}>"], "k": {"n{{a}}": 1.50}}', a=a, b=b)
    assert json.loads(text) == {"x": a, "list": [f"<{b}>"], "k": {f"n{a}": 1.5}}
    assert "1.50" in text


@given(TEXTS | st.sampled_from(NASTY), TEXTS)
def test_query_and_form(a: str, b: str) -> None:
    for place in ("query", "form"):
        text = filled(place, "x={{a}}&имя=1&y=<{{b}}>", a=a, b=b)
        assert text.isascii()
        assert parse_qsl(text, keep_blank_values=True) == [("x", a), ("имя", "1"), ("y", f"<{b}>")]
    assert "%20" in filled("query", "x={{a}}", a=f"{a} ")
    assert "+" in filled("form", "x={{a}}", a=f"{a} ")


@given(TEXTS.filter(lambda text: text not in ("", ".", "..")), TEXTS)
def test_url(a: str, b: str) -> None:
    text = filled("url", "https://crm.example:8443/api/{{a}}/put?id={{b}}&x=1", a=a, b=b)
    parts = urlsplit(text)
    assert parts.netloc == "crm.example:8443"
    assert [unquote(piece) for piece in parts.path.split("/")] == ["", "api", a, "put"]
    assert parse_qsl(parts.query, keep_blank_values=True) == [("id", b), ("x", "1")]


@given(TEXTS | st.sampled_from(NASTY))
def test_xml(a: str) -> None:
    root = ElementTree.fromstring(filled("xml", '<lead name="{{a}}"><t>{{a}}</t></lead>', a=a))
    # What no XML document may hold.
    kept = "".join(
        char if char in "\t\n\r" or (char >= " " and char not in "\ufffe\uffff") else "\ufffd"
        for char in a
    )
    assert root.attrib["name"] == kept
    assert (root.findtext("t") or "") == kept


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self.tags: list[str] = []

    def handle_data(self, data: str) -> None:
        self.seen.append(data)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)


@given(TEXTS | st.sampled_from(NASTY))
def test_html(a: str) -> None:
    parser = _Texts()
    parser.feed(filled("html", "<p>{{a}}</p>", a=a))
    parser.close()
    assert parser.tags == ["p"]
    assert "".join(parser.seen) == a


@given(TEXTS | st.sampled_from(NASTY))
def test_a_header_is_one_line_of_ascii_or_refused(a: str) -> None:
    try:
        text = filled("header", "v={{a}}", a=a)
    except FlowRefusal as refused:
        assert refused.reason == "header-value"
        assert not a.strip().isascii() or not a.strip().isprintable()
    else:
        assert text == f"v={a.strip()}".strip()
        assert text.isprintable()


@given(TEXTS | st.sampled_from(NASTY))
def test_a_subject_is_one_line(a: str) -> None:
    assert len(filled("subject", "Re: {{a}}!", a=a).splitlines()) == 1


def test_types_in_json() -> None:
    template = (
        '{"n": "{{n | number}}", "text": "{{n}}", "b": "{{b | bool}}", "e": "{{e | number}}",'
        ' "a": "{{absent | json}}", "l": "{{l | json}}", "t": "{{n | json}}!"}'
    )
    text = filled("json", template, n="1 200,50", b="Да", e="", l=[1, {"x": None}])
    assert text == (
        '{"n":1200.50,"text":"1 200,50","b":true,"e":null,"a":null,"l":[1,{"x":null}],'
        '"t":"\\"1 200,50\\"!"}'
    )


def test_the_body_of_the_first_document_as_pasted() -> None:
    request = '{\n"requestNumber": "{{tranid}}",\n"comment": {"text": "{{c}}"}\n}'
    body = f'{{\n"requests":\n[\n{request}\n]\n}}'
    assert json.loads(filled("json", body, tranid="1:2", c='a"b\nc')) == {
        "requests": [{"requestNumber": "1:2", "comment": {"text": 'a"b\nc'}}]
    }


@pytest.mark.parametrize(
    ("place", "template", "values", "reason", "at"),
    [
        ("json", '{"a": {{n}}}', {"n": 1}, "bad-template", "{{n}}"),
        ("json", '{"a": }', {}, "bad-json", "line 1, column 7"),
        ("json", '{"{{n}}": 1, "x": 2}', {"n": "x"}, "json-keys", "x"),
        ("json", '{"a": "{{n | number}}"}', {"n": "007"}, "not-a-number", "{{n | number}}"),
        ("url", "https://{{n}}.example/", {"n": "x"}, "url-value", "{{n}}"),
        ("url", "https://crm.example{{n}}", {"n": "x"}, "url-value", "{{n}}"),
        ("url", "crm.example/{{n}}", {"n": "x"}, "url-value", ""),
        ("url", "https://crm.example/{{n}}", {"n": ""}, "url-value", "{{n}}"),
        ("url", "https://crm.example/{{n}}/", {"n": ".."}, "url-value", ""),
        ("url", "https://crm.example/.{{n}}", {"n": "."}, "url-value", ""),
        ("header", "{{n}}", {"n": "a\r\nb"}, "header-value", "{{n}}"),
        ("header", "имя", {}, "header-value", ""),
        ("xml", "<a><![CDATA[{{n}}]]></a>", {"n": "x"}, "bad-template", "{{n}}"),
        ("xml", "<a>{{n}}", {"n": "x"}, "bad-template", "line 1, column 5"),
        ("text", "{{secret.other}}", {}, "missing-secret", "{{secret.other}}"),
    ],
)
def test_what_cannot_stand_there_is_refused(
    place: str, template: str, values: dict[str, object], reason: str, at: str
) -> None:
    assert refusal(place, template, "utf-8", **values) == (reason, at)


def test_a_charset_that_cannot_write_a_value_is_said() -> None:
    assert filled("form", "a={{n}}", "cp1251", n="Я") == "a=%DF"
    assert refusal("form", "a={{n}}", "cp1251", n="☎") == ("charset", "{{n}}")


def test_secrets_are_filled_in_or_kept_hidden() -> None:
    fields = Fields({"a": "{{secret.crm}}"}, {"crm": "TOKEN"})
    template = "Bearer {{secret.crm}} {{a}}"
    assert PLACES["header"].fill(template, Filler(fields, SETTINGS), "utf-8") == (
        "Bearer TOKEN {{secret.crm}}"
    )
    hidden = Filler(fields, SETTINGS, hides_secrets=True)
    assert (
        PLACES["header"].fill(template, hidden, "utf-8") == "Bearer {{secret.crm}} {{secret.crm}}"
    )
