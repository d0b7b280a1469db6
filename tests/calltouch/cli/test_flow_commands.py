"""calltouch flow path, fill and guard."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calltouch.cli import main

LEAD = '{"raw": [{"q": "a"}, {"q": "b"}], "price": 1.10, "none": null, "id": "a/b"}'


@pytest.fixture
def lead(tmp_path: Path) -> str:
    path = tmp_path / "lead.json"
    path.write_text(LEAD)
    return str(path)


@pytest.fixture
def answer(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Any]]:
    """The exit code and what was printed, as JSON."""

    def run(*arguments: str) -> tuple[int, Any]:
        code = main(["flow", *arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


Answer = Callable[..., tuple[int, Any]]


@pytest.mark.parametrize(
    ("path", "described"),
    [
        ('["raw"][1]["q"]', {"value_text": "b", "type": "text"}),
        ('["price"]', {"value_text": "1.10", "type": "number"}),
        ('["none"]', {"value_text": "", "type": "null"}),
        ('["raw"][0]', {"value_text": '{"q":"a"}', "type": "object"}),
        ('["raw"][2]["q"]', {"absent": True}),
    ],
)
def test_path(lead: str, answer: Answer, path: str, described: dict[str, object]) -> None:
    assert answer("path", path, lead) == (0, described)


def test_path_without_a_value_and_with_several(lead: str, answer: Answer) -> None:
    code, said = answer("path", '["x"]', lead, "--if-absent", "stop")
    assert (code, said["error"]) == (1, "missing-field")
    assert answer("path", '["x"]', lead, "--if-absent", "empty") == (
        0,
        {"value_text": "", "type": "text"},
    )
    code, said = answer("path", '["raw"][*]["q"]', lead)
    assert (code, said["error"]) == (1, "several-values")
    assert answer("path", '["raw"][*]["q"]', lead, "--many", "list") == (
        0,
        {"value_text": '["a","b"]', "type": "list"},
    )


def test_path_says_where_the_path_or_the_document_is_wrong(
    lead: str, tmp_path: Path, answer: Answer
) -> None:
    code, said = answer("path", "[raw]", lead)
    assert (code, said["error"], said["at"]) == (1, "bad-path", "line 1, column 2")
    (tmp_path / "broken.json").write_text('{"a": }')
    code, said = answer("path", "a", str(tmp_path / "broken.json"))
    assert (code, said["error"], said["at"]) == (1, "bad-json", "line 1, column 7")


def test_fill(lead: str, answer: Answer) -> None:
    url = "https://crm.example/{{id}}?k={{secret.crm}}"
    code, said = answer("fill", "--place", "url", "--fields", lead, "--secret", "crm=a b", url)
    assert (code, said) == (0, {"text": "https://crm.example/a%2Fb?k=a%20b"})
    code, said = answer("fill", "--fields", lead, "{{nothing | required}}")
    assert (code, said) == (1, {"error": "missing-field", "at": "{{nothing | required}}"})


def test_fill_notes_what_is_absent(lead: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flow", "fill", "--fields", lead, "<{{nothing}}>"]) == 0
    assert capsys.readouterr() == ("<>\n", "absent: nothing\n")


def test_fill_refuses_unknown_charsets_and_fields_that_are_no_object(tmp_path: Path) -> None:
    assert main(["flow", "fill", "--charset", "nope", "x"]) == 2
    (tmp_path / "list.json").write_text("[]")
    assert main(["flow", "fill", "--fields", str(tmp_path / "list.json"), "x"]) == 2
    assert main(["flow", "fill", "--secret", "nope", "x"]) == 2


def test_guard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text("mixed.example.com 93.184.216.34,10.0.0.1\n* 93.184.216.34\n")
    addresses = tmp_path / "addresses"
    addresses.write_text(
        "https://crm.example.com/x\nhttp://mixed.example.com\n\nhttp://127.1\n10.0.0.1\n"
    )
    monkeypatch.setenv("CALLTOUCH_FLOW_ALLOWED_NETWORKS", "10.0.0.1/32")
    with addresses.open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert main(["flow", "guard", "--hosts", str(hosts)]) == 0
    assert [line.split("\t") for line in capsys.readouterr().out.splitlines()] == [
        ["allow", "public", "https://crm.example.com/x"],
        ["allow", "public", "http://mixed.example.com"],
        ["block", "numeric-host", "http://127.1"],
        ["allow", "public", "10.0.0.1"],
    ]
