"""What goes wrong says what to do, and tells nothing secret."""

import subprocess
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

import calltouch
from calltouch.dataset import Dataset, packages
from dashboards.access.roles import Role
from tests.calltouch.dataset.conftest import Remote
from tests.dashboards.conftest import Place

TOKEN = "a-token-that-nobody-sees"

Ask = Callable[[Dataset], Any]


@pytest.mark.parametrize(
    ("ask", "problem", "said"),
    [
        (lambda data: data.report("attributions"), calltouch.UnknownReport, "attribution"),
        (lambda data: data.report("attribution", sorce="a"), calltouch.BadOption, "utm_source"),
        (lambda data: data.report("attribution", model=7), calltouch.BadOption, "There is: 0, 1"),
        (lambda data: data.report("overview", format="csv"), calltouch.BadOption, r"\.df\(\)"),
        (lambda data: data.report("overview", unit="week"), calltouch.BadOption, "unit"),
        (lambda data: data.as_of("2099-01-01").reports, None, ""),
        (lambda data: data.as_of("2099-01-01").report("overview"), calltouch.BadOption, "2099"),
        (lambda data: data.as_of("2020-01-01").report("overview"), calltouch.NothingThere, "first"),
        (lambda data: data.lead("call", 5), calltouch.NoSuchLead, "id 5"),
    ],
)
def test_what_there_is_not_is_said_with_what_there_is(
    local: Dataset, remote: Remote, ask: Ask, problem: type[Exception] | None, said: str
) -> None:
    for data in (local, remote(Role.VIEWER)):
        if problem is None:
            ask(data)
            continue
        with pytest.raises(problem, match=said) as raised:
            ask(data)
        assert isinstance(raised.value, calltouch.CalltouchError)


def test_sql_that_does_not_read_names_what_it_stumbles_over(local: Dataset) -> None:
    with pytest.raises(calltouch.BadStatement, match="leeds"):
        local.sql("select * from leeds")
    with pytest.raises(calltouch.BadOption, match="2099"):
        local.as_of("2099-01-01").sql("select 1")


def test_a_file_cannot_be_written_by_sql(local: Dataset) -> None:
    for statement in ("delete from leads", "create table published.x (a int)"):
        with pytest.raises(calltouch.BadStatement):
            local.sql(statement)
    assert local.sql("select count(*) as n from leads").arrow()["n"][0].as_py() > 0


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(calltouch.NothingThere, match="doctor"):
        calltouch.open(tmp_path / "calltouch.duckdb")
    (tmp_path / "broken.duckdb").write_bytes(b"nothing of DuckDB's" * 1000)
    with pytest.raises(calltouch.NothingThere, match="cannot be opened"):
        calltouch.open(tmp_path / "broken.duckdb")


@pytest.mark.parametrize("url", ["https://name:word@leads.example", "https://", "http://a/?t=word"])
def test_an_address_holds_nothing_secret(url: str) -> None:
    with pytest.raises(calltouch.CalltouchError, match="token=") as raised:
        calltouch.open(url)
    assert "word" not in f"{raised.value!r}"


def test_what_is_closed_says_so(market: Place) -> None:
    with calltouch.open(market.published) as data:
        answer = data.report("freshness")
    for ask in (lambda: data.report("freshness"), lambda: data.sql("select 1"), answer.figures):
        with pytest.raises(calltouch.CalltouchError, match="open it again"):
            ask()
    assert len(answer) == 1


def test_an_unknown_token_is_not_allowed_and_not_told(remote: Remote, market: Place) -> None:
    url = repr(remote(Role.VIEWER)).split()[-1].rstrip(">")
    stranger = calltouch.open(url, TOKEN)
    with pytest.raises(calltouch.NotAllowed) as raised:
        stranger.report("overview")
    assert TOKEN not in f"{raised.value!r} {stranger!r} {vars(stranger)}"
    with pytest.raises(calltouch.CalltouchError, match="URL"):
        calltouch.open(market.published, TOKEN)


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with pytest.raises(calltouch.Unreachable, match="does not answer") as raised:
        calltouch.open("http://127.0.0.1:9", TOKEN).report("overview")
    assert TOKEN not in f"{raised.value!r} {raised.value.__cause__!r}"


def test_a_token_does_not_follow_a_redirect() -> None:
    """Nor does one that would be right there: nobody has asked for that address."""
    asked: list[str | None] = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("Authorization"))
            host = self.headers["Host"]
            self.send_response(302)
            self.send_header("Location", f"http://localhost/{host}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        data = calltouch.open(f"http://127.0.0.1:{server.server_port}", TOKEN)
        with pytest.raises(calltouch.Unreachable, match="leads to localhost"):
            data.report("overview")
    finally:
        server.shutdown()
        server.server_close()
    assert asked == [f"Bearer {TOKEN}"]


def test_without_the_extra_it_says_what_to_install(
    local: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(packages, "import_module", missing)
    answer = local.report("overview")
    assert len(answer) == 1
    for ask in (answer.df, answer.polars, answer.figures):
        with pytest.raises(calltouch.CalltouchError, match=r"notebook|No page draws"):
            ask()


def test_to_import_it_loads_nothing_heavy() -> None:
    """Every command and the receiver import this package."""
    said = "import calltouch, sys; print(sorted({m.split('.')[0] for m in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    heavy = {"duckdb", "flask", "pandas", "plotly", "pyarrow", "dashboards", "analytics"}
    assert not heavy & set(eval(done.stdout))
