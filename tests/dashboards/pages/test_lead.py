"""The card of a lead: what is known, how it came about, and no more than the reader may see."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboards.access.audit import read_audit
from dashboards.access.roles import Role
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call, request
from tests.dashboards.page_text import Element, read_page

PHONE = "79161234567"
SECRET = "https://api.calltouch.ru/calls-service/RestAPI/record/?jwtkey=s3cretjwt"
OTHER = "https://api-node3.calltouch.ru/calls-service/RestAPI/5/download?key=s3cret"
CARD = "/leads/call/5"
MARKUP = "<script>alert(1)</script>"
PERSONAL = (PHONE, "916 123", "anna@example.ru", "Анна", "203.0.113.129", "Сергеевна", "Firefox")


def sent(seconds: int, **params: Any) -> Delivered:
    """A delivery of call 5, so many seconds after it began."""
    at = NOW + timedelta(seconds=seconds)
    written = call(5, NOW, sendingTimestamp=str(int(at.timestamp())), reclink=SECRET, **params)
    return Delivered(at + timedelta(minutes=2), written)


def phase(seconds: int, name: str) -> dict[str, Any]:
    """A sending of call 9."""
    at = NOW + timedelta(seconds=seconds)
    return call(9, NOW, callphase=name, sendingTimestamp=str(int(at.timestamp())))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A call of which all is known, a request with the same id, and other leads of the client."""
    place = Place(tmp_path_factory.mktemp("told"))
    client: dict[str, Any] = {"callerphone": PHONE, "ip": "203.0.113.129", "userAgent": "Firefox"}
    text = [
        {"channel": "operator", "phrase": "Добрый день"},
        {"channel": "client", "phrase": f"Анна Сергеевна {MARKUP}"},
    ]
    direct = {"source": "(direct)", "medium": "(none)", "attribution": "0", "city": "moscow"}
    place.add(
        [
            sent(0, **client, source="yandex", medium="cpc", attribution="1", city="moscow"),
            sent(1, **client, **direct),
            sent(
                300,
                **client,
                attribution="1",
                status="successful",
                duration="61",
                changedFields="status,duration",
                tags_manual="VIP, Дорого",
            ),
            sent(
                400,
                **client,
                attribution="1",
                text=text,
                client_name="Анна",
                comment=[{"party": "Мария", "comment": f"тел 916 123-45-67 {MARKUP}"}],
                add_url_params=[{"name": "abtest", "value": "b"}],
                changedFields="text,comment,record_link",
                record_link=SECRET,
                Reclink=OTHER,
                links=f"{OTHER} {OTHER.upper()} kept",
            ),
            Delivered(NOW, request(5, NOW, callerphone=PHONE, email="anna@example.ru")),
            Delivered(NOW, call(6, NOW - timedelta(days=300), callerphone=PHONE)),
            Delivered(NOW, call(7, NOW, callerphone="79990000000")),
            Delivered(NOW, call(8, NOW) | {"timestamp": "253402300799"}),
            Delivered(NOW, phase(60, "calldisconnected")),
            Delivered(NOW, phase(61, "callconnected")),
            Delivered(NOW + timedelta(days=1), phase(86_400, "callconnected")),
        ]
    )
    return place


def text_at(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    html = answer.get_data(as_text=True)
    assert 'role="alert"' not in html, "a card failed"
    return html


@pytest.fixture(scope="module")
def html(told: Place) -> str:
    return text_at(told.client(role=Role.ANALYST), f"{CARD}?period=7d&f.source=yandex")


@pytest.fixture(scope="module")
def page(html: str) -> Element:
    return read_page(html)


@pytest.fixture(scope="module")
def for_viewers(told: Place) -> str:
    return text_at(told.client(role=Role.VIEWER), CARD)


def facts(page: Element) -> dict[str, str]:
    found = page.one("div", class_="facts").all("div")
    return {one.one("dt").text: one.one("dd").text for one in found}


def test_what_is_known_is_listed_and_leads_back_to_the_journal(page: Element) -> None:
    known = facts(page)
    assert known["Телефон"].replace("\N{NON-BREAKING HYPHEN}", "-") == "+7 916 123-45-67"
    assert (known["Итог"], known["Разговор"], known["Доставок"]) == ("удачный", "1:01", "4")
    assert (known["Целевой"], known["Менеджер"]) == ("не указано", "не указано")
    assert "Форма" not in known
    head = page.one("p", class_="lead-head")
    assert head.text.startswith("Звонок 5 20 ноября 2026, 14:32 yandex / cpc")
    assert head.one("a").attributes["href"] == "/journal?period=7d&f.source=yandex"


def test_a_start_that_was_sent_again_is_no_second_beginning(told: Place) -> None:
    page = read_page(text_at(told.client(role=Role.ANALYST), "/leads/call/9"))
    timeline = page.one("ol", class_="timeline")
    events = [one.all("p")[1].text for one in timeline.children if isinstance(one, Element)]
    said = ("звонок начался", "звонок завершён", "о начале звонка, повторно")
    assert [[words in event for words in said].index(True) for event in events] == [0, 1, 2]


def test_the_models_stand_side_by_side_and_differences_are_marked(page: Element) -> None:
    table = page.one("table", class_="models")
    rows = {row.all("span")[0].attributes["title"]: row for row in table.one("tbody").all("tr")}
    differing = {name for name, row in rows.items() if row.attributes.get("class") == "differs"}
    assert rows["source"].all("span")[0].text == "Источник"
    assert differing == {"source", "medium"}
    assert [cell.text for cell in rows["source"].all("td")] == ["(direct)", "yandex"]
    (city,) = rows["city"].all("td")
    assert (city.text, city.attributes["colspan"]) == ("moscow", "2")
    assert "utm_term" not in rows


def test_the_timeline_tells_each_delivery_and_what_it_changed(page: Element) -> None:
    timeline = page.one("ol", class_="timeline")
    events = [one for one in timeline.children if isinstance(one, Element)]
    titles = [event.one("strong").text for event in events]
    assert titles == ["Лид появился", "Пришла вторая модель атрибуции", "Изменения", "Изменения"]
    assert events[0].one("time").text == "20.11.2026 14:32:00"
    changes = [one.text for one in events[2].all("li")]
    assert {"Итог : удачный", "Разговор : 1:01"} <= set(changes)
    undeclared = [one.all("bdi")[0] for one in events[2].all("li") if "не объявлено" in one.text]
    assert [one.text for one in undeclared] == ["Теги: Вручную"]
    assert [one.attributes["title"] for one in undeclared] == ["tags_manual"]
    assert "в пути 2 мин" in events[0].text
    assert any(
        one.startswith("Комментарии : Мария: тел")
        for one in [one.text for one in events[3].all("li")]
    )


def test_deliveries_without_changes_are_folded_under_the_one_before(place: Place) -> None:
    """As a second webhook sends them; one with a problem stays in sight."""
    news = {"status": "successful", "uniqtargetcall": "non-uniqtarget"}
    place.add([sent(0), sent(60, **news), sent(61, **news), sent(62, **news)])
    html = place.client().get(CARD).get_data(as_text=True)
    timeline = read_page(html).one("ol", class_="timeline")
    events = [one for one in timeline.children if isinstance(one, Element)]
    assert len(events) == 2
    assert "Уникально-целевой : нет" in [one.text for one in events[1].all("li")]
    folded = events[1].one("details")
    assert folded.one("summary").text == "Без изменений: 2 доставки"
    assert [one.text for one in folded.all("time")] == [
        "20.11.2026 14:33:01",
        "20.11.2026 14:33:02",
    ]


def test_the_conversation_is_a_dialogue_with_its_recording(page: Element) -> None:
    said = page.one("ol", class_="dialogue").all("li")
    assert [one.attributes["class"] for one in said] == ["operator", "client"]
    assert said[1].text == f"Клиент Анна Сергеевна {MARKUP}"
    player = page.one("audio")
    assert (player.attributes["src"], player.attributes["preload"]) == ("/recordings/5", "none")


def test_tags_comments_and_parameters_are_there(told: Place, page: Element) -> None:
    tags = {one.text: one.attributes["href"] for one in page.all("a", class_="tag")}
    assert list(tags) == ["VIP", "Дорого"]
    journal = text_at(told.client(), tags["VIP"])
    assert "Показаны все: 1 лид." in read_page(journal).one("main").text
    assert f"Мария тел 916 123-45-67 {MARKUP}" in page.one("ul", class_="comments").text
    assert "abtest b последний непрямой" in page.one("section", id="url_params").one("tbody").text


def test_other_leads_of_the_person_are_found_by_phone(page: Element) -> None:
    listed = page.one("table", id="other-leads").one("tbody").all("a")
    links = [link.attributes["href"].partition("?")[0] for link in listed]
    assert links == ["/leads/request/5", "/leads/call/6"]


def test_deliveries_are_shown_as_they_came_but_for_the_recording(html: str, page: Element) -> None:
    shown = [
        json.loads("".join(one.text)) for one in page.one("section", id="deliveries").all("pre")[:4]
    ]
    assert [one["id"] for one in shown] == ["5"] * 4
    assert shown[3]["record_link"] == "…"
    assert all("reclink" not in one for one in shown)
    assert (shown[3]["Reclink"], shown[3]["links"]) == ("…", "… … kept")
    assert "s3cret" not in html.lower()
    assert "calls-service" not in html


def test_viewers_see_no_personal_data(told: Place, for_viewers: str) -> None:
    shown = read_page(for_viewers)
    assert facts(shown)["Телефон"] == "7916•••••67"
    assert [word for word in PERSONAL if word in for_viewers] == []
    assert shown.all("audio") == shown.all("ol", class_="dialogue") == []
    assert "203.0.•.•" in for_viewers
    client = told.client(role=Role.VIEWER)
    for report in ("lead", "lead_card", "lead_attribution", "lead_transcript", "lead_deliveries"):
        answer = client.get(f"/api/reports/{report}?lead_type=call&lead_id=5")
        assert answer.get_json()["rows"], report
        written = json.dumps(answer.get_json(), ensure_ascii=False)
        assert [word for word in PERSONAL if word in written] == [], report


def test_a_request_has_no_conversation(told: Place) -> None:
    page = read_page(text_at(told.client(), "/leads/request/5"))
    assert [one.attributes["id"] for one in page.all("section", class_="card half")] == [
        *("attribution", "tags", "comments"),
    ]
    assert facts(page)["Почта"] == "anna@example.ru"


@pytest.mark.parametrize(
    "path", ["call/99", "request/7", "call/99999999999999999999", "letter/5", "call/-5", "call/x"]
)
def test_a_lead_that_does_not_exist_is_404(told: Place, path: str) -> None:
    answer = told.client().get(f"/leads/{path}")
    assert answer.status_code == 404
    assert "<main" in answer.get_data(as_text=True)


def test_programs_are_told_so_in_json(told: Place) -> None:
    answer = told.app().test_client().get("/leads/call/99", headers=bearer(told.access))
    assert (answer.status_code, answer.get_json()) == (404, {"error": "there is no such lead"})


def test_the_data_of_a_card_is_of_this_lead_whatever_the_slice(told: Place, html: str) -> None:
    """`lead_type` and `lead_id` are filters, too."""
    client = told.client(role=Role.ANALYST)
    page = read_page(text_at(client, f"{CARD}?f.lead_type=request&f.lead_id=7&f.search=916"))
    links = [one.attributes["href"] for one in page.all("a") if one.text == "JSON"]
    cards = [link for link in links if "/lead_card?" in link]
    assert cards
    for link in cards:
        (row,) = client.get(link).get_json()["rows"]
        assert (row["lead_type"], row["lead_id"]) == ("call", 5)


def test_it_is_noted_whose_card_was_seen(told: Place) -> None:
    told.client(role=Role.ANALYST).get(f"{CARD}?f.search=916123").get_data()
    with told.access.reading() as db:
        noted = [one.entry for one in read_audit(db, None, 8)]
    assert {one.report for one in noted} == {
        *("lead_card", "lead_attribution", "lead_transcript", "lead_comments_now"),
        *("lead", "other_leads", "lead_deliveries", "lead_url_params_now"),
    }
    assert all("lead_type=call&lead_id=5" in one.query for one in noted)
    assert not any("916" in one.query for one in noted)


def test_markup_of_strangers_stays_a_text(html: str, page: Element) -> None:
    assert MARKUP not in html
    inline = [one for one in page.all("script") if "src" not in one.attributes]
    assert all(one.attributes["type"] == "application/json" for one in inline)


def test_a_lead_of_the_year_10000_has_no_time_of_its_own(told: Place) -> None:
    shown = text_at(told.client(), "/leads/call/8")
    assert "9999" not in shown
    assert "not instant: timestamp" in shown
