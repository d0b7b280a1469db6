"""`calltouch reconcile` against a simulated Calltouch: lists exactly what is lost, and heals."""

import random
import re
import sqlite3
from pathlib import Path

import duckdb
import pytest

from calltouch.cli import main
from receiver.data_dir import DataDir
from receiver.digest.rebuild import rebuild
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from simulator.webhooks.sendings import Sending
from tests.receiver.calltouch_api.account import DAYS, LEADS, ask, day_of, receive
from tests.receiver.reconcile.compared import reconcile

A_DAY = ["--from", "2026-11-18", "--to", "2026-11-18"]


def test_of_a_whole_world_nothing_is_lost_and_nothing_differs(
    whole_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """And the certificate says so."""
    file = tmp_path / "certificate.html"
    code, result = reconcile(capsys, "--certificate", str(file))
    assert code == 0
    assert result["lost"] == []
    assert sum(day["in_both"] for day in result["days"]) == LEADS
    for kind in ("only_webhook", "only_api", "lost", "differing"):
        assert [day for day in result["days"] if day[kind]] == [], kind
    page = file.read_text(encoding="utf-8")
    assert "Ничего не потеряно" in page
    assert page.count("shade0") == 7


def test_exactly_what_is_lost_is_named_and_healed(
    sent: list[Sending], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """5 % of the webhooks at random, and one whole day."""
    luck = random.Random(11)
    arrived = [one for one in sent if luck.random() > 0.05 and day_of(one) != 18]
    receive(data, arrived)
    everybody = {(one.lead_type, one.lead_id) for one in sent}
    known = {(one.lead_type, one.lead_id) for one in arrived}

    code, result = reconcile(capsys)
    assert code == 3
    lost = {(lead["lead_type"], lead["lead_id"]) for lead in result["lost"]}
    assert lost == everybody - known
    assert lost
    assert sum(day["differing"] for day in result["days"]) > 0

    code, result = reconcile(capsys, "--heal")
    assert code == 0
    assert len(result["lost"]) == len(lost)

    code, result = reconcile(capsys)
    assert code == 0
    assert result["lost"] == []
    assert sum(day["differing"] for day in result["days"]) == 0
    assert sum(day["only_api"] for day in result["days"]) == len(lost)
    assert ask(data, "select count(*) from leads") == [(LEADS,)]


def test_only_the_days_that_need_it_are_taken_in(
    sent: list[Sending], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first_told: dict[tuple[str, int], int] = {}
    for one in sent:
        first_told.setdefault((one.lead_type, one.lead_id), day_of(one))
    receive(data, [o for o in sent if first_told[o.lead_type, o.lead_id] != 18])
    reconcile(capsys, "--heal")
    days = "select distinct day(happened_local) from leads semi join {} using (lead_type, lead_id)"
    healed = days.format("(from deliveries where origin = 'api')")
    assert ask(data, healed) == [(18,)]


def test_what_calltouch_does_not_know_is_counted_apart(
    sent: list[Sending], whole_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A lead deleted by Calltouch, or made up by someone else."""
    made_up = sent[0].form.replace(str(sent[0].lead_id).encode(), b"999000999")
    receive(whole_data, [_with_form(sent[0], made_up)])
    code, result = reconcile(capsys)
    assert code == 0
    assert sum(day["only_webhook"] for day in result["days"]) == 1
    assert sum(day["in_both"] for day in result["days"]) == LEADS
    assert result["lost"] == []


def test_what_was_found_is_published_and_replaced_by_what_is_found_later(
    data_but_a_day: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = data_but_a_day
    lost = "select sum(lost), count(*) from reconciliation"
    named = "select count(*), min(remedy) from reconciliation_differences where difference = 'lost'"
    _, result = reconcile(capsys)
    digest(data)
    count = len(result["lost"])
    assert ask(data, lost) == [(count, 24)]
    assert ask(data, named)[0][0] == count > 0
    assert main(["rebuild"]) == 0
    capsys.readouterr()
    assert ask(data, lost) == [(count, 24)]
    reconcile(capsys, "--heal")
    reconcile(capsys)
    digest(data)
    assert ask(data, lost) == [(0, 24)]
    assert ask(data, named)[0][0] == 0


def test_a_store_that_a_running_digest_takes_over_shows_it_too(
    whole_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    reconcile(capsys, days=A_DAY)
    settings = Settings.load({"CALLTOUCH_DATA_DIR": str(whole_data)})
    running = Digest(settings)
    running._publish()
    rebuild(settings, DataDir(whole_data).rebuilt)
    running._replace_store()
    running.finish()
    assert ask(whole_data, "select count(*) from reconciliation") == [(4,)]


def test_runs_of_resync_are_published(data: Path) -> None:
    assert main(["resync", *DAYS, "--requests"]) == 0
    digest(data)
    run = "select state, web_requests between 12 and 24, finished_at > started_at from resync_runs"
    assert ask(data, run) == [("finished", True, True)]


def digest(directory: Path) -> None:
    Digest(Settings.load({"CALLTOUCH_DATA_DIR": str(directory)})).finish()


def test_suspected_gaps_are_explained(
    sent: list[Sending], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    luck = random.Random(5)
    receive(data, [one for one in sent if luck.random() > 0.2])
    explained = "select explanation, count(*) from suspected_gaps group by all order by all"
    ((nothing, before),) = ask(data, explained)
    assert (nothing, before > 10) == (None, True)
    reconcile(capsys, "--heal")
    reconcile(capsys)
    digest(data)
    result = dict(ask(data, explained))
    assert result.get("restored from the API", 0) > 0
    assert result.get("the API has nothing else", 0) > 0
    assert None not in result
    # Later data has not been compared.
    agreeing = "select lead_type, lead_id from suspected_gaps where explanation like 'the API%'"
    lead = ask(data, agreeing)[0]
    receive(data, [next(one for one in sent if (one.lead_type, one.lead_id) == lead)])
    assert lead not in ask(data, agreeing)


def test_a_field_that_differs_is_named_with_both_values(
    sent: list[Sending], whole_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A webhook forged or altered on its way."""
    done = next(one for one in reversed(sent) if b"calldisconnected" in one.form)
    later = f"&sendingTimestamp={done.sent_at + 60}".encode()
    forged = done.form.partition(b"&sendingTimestamp=")[0] + later + b"&manager=%D0%9D%D0%B5%D1%82"
    receive(whole_data, [_with_form(done, forged)])
    reconcile(capsys)
    with sqlite3.connect(whole_data / "state.sqlite") as db:
        rows = db.execute(
            "select lead_id, field, received_value from reconciliation_differences"
        ).fetchall()
    assert (done.lead_id, "manager", "Нет") in rows


def test_fields_of_people_who_were_erased_are_not_compared_and_stay_erased(
    sent: list[Sending], whole_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    phones = "select lead_id, caller_phone from calls where caller_phone is not null limit 1"
    ((lead_id, phone),) = ask(whole_data, phones)
    theirs = f"select count(*) from leads where caller_phone = '{phone}'"
    ((count,),) = ask(whole_data, theirs)
    assert main(["erase", "--lead", f"call:{lead_id}", "--yes"]) == 0
    capsys.readouterr()
    code, result = reconcile(capsys, "--heal")
    assert code == 0
    assert sum(day["erased"] for day in result["days"]) >= count
    assert [day for day in result["days"] if day["differing"] or day["lost"]] == []
    receive(whole_data, [one for one in sent if one.lead_id == lead_id])
    assert ask(whole_data, theirs) == [(0,)]


def test_the_published_file_is_only_read(
    whole_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    published = DataDir(whole_data).published
    before = (published.stat().st_ino, published.stat().st_mtime_ns)
    with duckdb.connect(str(published), read_only=True):
        assert reconcile(capsys, days=A_DAY)[0] == 0
    assert (published.stat().st_ino, published.stat().st_mtime_ns) == before


def _with_form(sending: Sending, form: bytes) -> Sending:
    return Sending(
        sending.sent_at,
        sending.webhook,
        sending.method,
        form,
        sending.lead_type,
        sending.lead_id,
        sending.nth,
    )


@pytest.mark.parametrize(("language", "says"), [("ru", "Потеряно"), ("en", "Lost")])
def test_the_certificate_says_what_was_found(
    data_but_a_day: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    language: str,
    says: str,
) -> None:
    file = tmp_path / "certificate.html"
    _, result = reconcile(capsys, "--certificate", str(file), "--language", language)
    page = file.read_text(encoding="utf-8")
    in_api = sum(day["in_api"] for day in result["days"])
    lost = len(result["lost"])
    assert f"{says}<b>{lost}</b>{1000 * lost / in_api:.2f}" in page
    assert f"<b>{in_api}</b>" in page
    for lead in result["lost"]:
        assert f"{lead['lead_id']}</td>" in page
    assert page.count('class="shade') == 6
    assert "shade4" in page
    assert not re.search(r"(src|href)=|@import|url\(|<script", page)
    phones = ask(data_but_a_day, "select caller_phone, fio, email from leads")
    assert not [text for row in phones for text in row if text and text in page]


def test_a_certificate_of_what_is_being_healed_would_say_neither(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reconcile", *DAYS, "--heal", "--certificate", str(tmp_path / "c.html")]) == 2
    assert "heal first" in capsys.readouterr().err
