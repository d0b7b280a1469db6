"""Whoever is known in the file is found in the texts of other leads, by phone and by full name."""

from datetime import timedelta
from pathlib import Path

from analytics.keyed.making import make_keyed_file
from analytics.privacy.contacts import HIDDEN
from analytics.published_file import PublishedFile
from tests.analytics.keyed.files import KEY, rows_in
from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call, request

PHONE, NAME = "79031112233", "Сидоров Пётр"
OWN = "74950000000"


def test_of_anybody_phones_and_full_names_are_hidden(tmp_path: Path) -> None:
    local = NOW.replace(tzinfo=None)
    texts = {
        "utm_content": "9031112233",
        "utm_term": "сидоров_петр",
        "utm_campaign": "Сидоров",
        "manager": "Пётр Сидоров",
    }
    those = (
        request(1, local, fio=NAME, callerphone=PHONE, email="petr@x.example"),
        call(2, NOW, callerphone="79990001122", phonenumber=PHONE, redirectNumber=OWN, **texts),
        call(3, NOW, callerphone=PHONE, phonenumber=OWN, redirectNumber="Анна"),
    )
    moments = (NOW - timedelta(minutes=30 - number) for number in range(len(those)))
    place = Place(tmp_path)
    place.add([Delivered(at, params) for at, params in zip(moments, those, strict=True)])
    keyed = tmp_path / "keyed.duckdb"
    make_keyed_file(PublishedFile(place.published), keyed, KEY)
    assert rows_in(
        keyed,
        "select utm_content, utm_term, utm_campaign, manager, phone_number, "
        "redirect_number from calls where lead_id = 2",
    ) == [(HIDDEN, f"{HIDDEN}_{HIDDEN}", "Сидоров", "Пётр Сидоров", HIDDEN, OWN)]
    assert rows_in(keyed, "select phone_number, redirect_number from calls where lead_id = 3") == [
        (OWN, HIDDEN)
    ]
    assert rows_in(
        keyed, "select count(distinct person), count(distinct phone_key) from leads"
    ) == [(2, 2)]
    assert rows_in(
        keyed,
        "select request.person = call.person, request.phone_key = call.phone_key "
        "from requests as request, calls as call where request.lead_id = 1 and call.lead_id = 3",
    ) == [(True, True)]
