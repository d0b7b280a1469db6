"""The ten questions of docs/pages.md, asked in a browser from the overview on: each answer is read
off the page, or out of the file, and is what the tables say; the clicks are counted."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser

from dashboards.access.roles import Role
from tests.dashboards.access.signing_in import session_cookie
from tests.dashboards.browsing import Site, opened
from tests.dashboards.conftest import Place
from tests.jobs.analyst import Analyst, number
from tests.jobs.conftest import Clock
from tests.jobs.facts import THIS_MONDAY, TODAY, Facts
from tests.jobs.world import NOW

_PAPER = Path(__file__).parents[2] / "docs" / "pages.md"
_MOST = 6
_MONDAY = datetime.combine(THIS_MONDAY + timedelta(1), datetime.min.time(), NOW.tzinfo)
_MONDAY -= timedelta(microseconds=1)


@pytest.fixture(scope="module")
def promised() -> dict[str, int]:
    """The clicks that the table of the paper names, by the first words of its questions."""
    text = _PAPER.read_text(encoding="utf-8").partition("## Ten questions")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| (\d) \|$", text, re.MULTILINE)
    return {question: int(clicks) for question, clicks in rows}


@pytest.fixture(scope="module")
def counted() -> Iterator[dict[str, int]]:
    """Printed at the end; seen with -s."""
    counted: dict[str, int] = {}
    yield counted
    print("\n\nclicks  job")
    for question, clicks in counted.items():
        print(f"{clicks:6}  {question}")


@pytest.fixture
def answered(
    analyst: Analyst, promised: dict[str, int], counted: dict[str, int]
) -> Callable[[str], None]:
    """To be told the question when the answer was right."""

    def note(question: str) -> None:
        counted[question] = analyst.clicks
        assert analyst.clicks <= _MOST
        assert promised[question] == analyst.clicks

    return note


Answered = Callable[[str], None]


def test_the_best_campaign_of_yandex(analyst: Analyst, facts: Facts, answered: Answered) -> None:
    page = analyst.page
    analyst.open("Источники")
    analyst.choose_period("Прошлая неделя")
    analyst.follow(page.locator("#tree .switch a", has_text="Звонки"))
    analyst.click(page.locator("table#tree a[data-rows]").get_by_text("yandex", exact=True))
    below = page.locator("table#tree tr[data-level='1'] a")
    analyst.click(below.get_by_text("cpc", exact=True))
    campaigns = "table#tree tr[data-level='2']"
    page.locator(campaigns).first.wait_for()
    was = [number(row[-1].partition(": ")[2]) for row in analyst.changes(campaigns)]
    told = {
        row[0]: (number(row[-1]), before)
        for row, before in zip(analyst.rows(campaigns), was, strict=True)
    }
    assert told == facts.campaigns_of_yandex("cpc")
    best = max(told, key=lambda name: told[name][0])
    media = {row[0]: number(row[-1]) for row in analyst.rows("table#tree tr[data-level='1']")}
    assert told[best][0] > media.get("cpm", 0), "the other medium that has campaigns"
    answered("Which campaign of Yandex brought the most unique target calls last week?")


def test_leads_moved_between_models(analyst: Analyst, facts: Facts, answered: Answered) -> None:
    analyst.open("Сравнение моделей")
    moved, types = facts.moved(), {"звонок": "call", "заявка": "request"}
    assert number(analyst.tile("moved")) == len(moved)
    listed = [
        ((types[kind], int(lead_id)), (last, non_direct))
        for (kind, lead_id), last, non_direct in (
            (row[0].split(), row[2], row[3]) for row in analyst.rows("#moved tbody tr")
        )
    ]
    assert len(listed) == 25
    assert listed == [(key, moved[key]) for key, _ in listed]
    answered("Which leads does the attribution model move?")


def test_unique_leads_at_thirty_days(analyst: Analyst, facts: Facts, answered: Answered) -> None:
    analyst.open("Уникальность")
    analyst.choose(analyst.page.locator("select[name=depth]"), "30 дней")
    analyst.follow(analyst.page.get_by_role("button", name="Пересчитать"))
    assert number(analyst.tile("recounted")) == facts.unique_within(30)
    answered("How many leads are unique at 30 days?")


def test_when_tags_come(analyst: Analyst, facts: Facts, answered: Answered) -> None:
    analyst.open("Теги")
    delays = facts.tag_delays()
    tiles = analyst.page.locator("#delays .tile")
    assert tiles.count() == len(delays) > 4
    for category, (later, half, most) in delays.items():
        tile = analyst.page.locator(f"#delays [data-tile={category}]")
        nine_tenths, after_the_lead = tile.locator("p:not(.value)").all_inner_texts()
        assert_lasts(analyst.tile(category), half)
        assert_lasts(nine_tenths.partition("за ")[2], most)
        assert number(after_the_lead) == later
    answered("When do tags come?")


def assert_lasts(written: str, seconds: float) -> None:
    """15 ч 42 мин, to the smallest unit that it names."""
    units = {"с": 1, "мин": 60, "ч": 3600, "д": 86400}
    parts = re.findall(r"(\d+)\s(с|мин|ч|д)", written)
    assert parts, written
    assert abs(sum(int(count) * units[unit] for count, unit in parts) - seconds) <= min(
        units[unit] for _, unit in parts
    )


def test_missed_and_not_called_back_to_excel(
    analyst: Analyst, facts: Facts, answered: Answered
) -> None:
    page = analyst.page
    analyst.open("Качество звонков")
    analyst.follow(page.locator("[data-tile=missed_worktime] a", has_text="не дозвонились"))
    whole = page.locator("p", has_text="Скачать весь список").get_by_text("XLSX")
    sheet = load_workbook(BytesIO(analyst.download(whole))).worksheets[0]
    head, *rows = sheet.iter_rows()
    titles = [plain(cell.value) for cell in head]
    assert titles == list(map(plain, page.locator("#journal thead th").all_inner_texts()))
    links = [f"{row[0].hyperlink and row[0].hyperlink.target}" for row in rows]
    told = [int(link.rpartition("/leads/call/")[2]) for link in links]
    assert sorted(told) == sorted(facts.not_called_back())
    assert len(told) > 50
    place = titles.index("Телефон")
    assert all(f"{row[place].value}".startswith("+7 ") for row in rows)
    assert all(isinstance(row[0].value, datetime) for row in rows)
    answered("Which calls were missed in working hours and not called back? To Excel.")


def plain(title: object) -> str:
    """Without the places where it may be broken."""
    return f"{title}".replace("\N{SOFT HYPHEN}", "").strip()


def test_the_view_sent_as_a_link(
    analyst: Analyst, browser: Browser, site: Site, place: Place, clock: Clock, answered: Answered
) -> None:
    analyst.open("Источники")
    analyst.choose(analyst.page.locator("select[name='f.site']"), "kuhni.example")
    analyst.page.wait_for_url("**f.site=**")
    moving = analyst.page.url
    analyst.follow(analyst.page.locator(".days a"))
    pinned, numbers = analyst.page.url, table_of(analyst)
    assert "period" not in parse_qs(urlsplit(pinned).query)
    colleague = Site(site.url, session_cookie(place.access, Role.VIEWER))
    with opened(browser, signed_in=colleague) as seen:
        at = Analyst(seen.page, site.url)
        for url in (moving, pinned):
            at.page.goto(url)
            assert table_of(at) == numbers
        clock.now = NOW + timedelta(7)
        try:
            at.page.goto(pinned)
            assert table_of(at)[0] == numbers[0]
            at.page.goto(moving)
            assert table_of(at)[0] != numbers[0]
        finally:
            clock.now = NOW
    answered("How do I send somebody what I see?")


def table_of(analyst: Analyst) -> tuple[list[list[str]], list[list[str]]]:
    return analyst.rows("table#tree tr"), analyst.changes("table#tree tr")


def test_the_history_of_one_lead(analyst: Analyst, facts: Facts, answered: Answered) -> None:
    page, lead = analyst.page, facts.eventful_lead()
    analyst.press("Control+k")
    analyst.type(lead.phone)
    page.locator("#palette [role=option]").first.wait_for()
    analyst.press("Enter")
    page.wait_for_url("**/journal?**")
    analyst.follow(page.locator(f"#journal a[href*='/leads/{lead.lead_type}/{lead.lead_id}?']"))
    changed = page.locator(".timeline > li > div > ul > li")
    told = [
        (one.locator("bdi").first.get_attribute("title"), one.locator("ins").all_inner_texts())
        for one in changed.all()
    ]
    assert [field for field, _ in told] == [field for field, _ in lead.changes]
    assert len(told) > 4
    for (field, shown), (_, new) in zip(told, lead.changes, strict=True):
        if field == "manager":
            assert shown == [new]
    answered("What has happened to one lead?")


def test_two_sites_side_by_side(analyst: Analyst, facts: Facts, answered: Answered) -> None:
    page = analyst.page
    analyst.choose(page.locator("select[name='f.site']"), "kuhni.example")
    page.wait_for_url("**f.site=**")
    page.wait_for_load_state("load")
    analyst.click(page.locator(".comparison > summary"))
    analyst.choose(page.locator("select[name='vs.site']"), "stomatologia.example")
    analyst.follow(page.locator(".comparison button"))
    lines = analyst.lines("leads-over-time")
    own, other = facts.by_day("kuhni.example"), facts.by_day("stomatologia.example")
    today = f"{TODAY}"
    assert lines["Всего"] == {day: leads for day, leads in own.items() if day != today}
    assert lines["Сайт: stomatologia.example"] == other
    assert number(analyst.tile("leads")) == sum(own.values())
    answered("How do two sites compare over time?")


def test_why_today_is_lower_than_usual(analyst: Analyst, facts: Facts, answered: Answered) -> None:
    leads, low, middle, _ = facts.usual_at(NOW.hour)
    said = analyst.page.locator("#today .notice").inner_text()
    assert leads < low
    assert f"К {NOW.hour}:00" in said.replace("\xa0", " ")
    assert number(said.partition("—")[2]) == leads
    assert number(said.partition("обычно")[2]) == round(middle)
    assert "меньше обычного" in said
    analyst.follow(analyst.page.locator("#today .notice a"))
    total, *rows = analyst.rows("#split tbody tr")
    now, before = facts.by_source(TODAY), facts.by_source(TODAY - timedelta(7))
    told = {row[0]: (number(row[1]), number(row[2])) for row in rows}
    assert told == {name: (before[name], now[name]) for name in {*now, *before}}
    assert number(total[3]) == now.total() - before.total() == sum(number(row[3]) for row in rows)
    assert rows[0][0] == "yandex", "whose ads were paused"
    assert f"yandex ({rows[0][3]})" in analyst.page.locator("#split .notice").inner_text()
    answered("Why is today lower than usual?")


def test_what_last_mondays_report_said(analyst: Analyst, facts: Facts, answered: Answered) -> None:
    page = analyst.page
    analyst.click(page.locator(".rest > summary"))
    analyst.clicks += 1
    page.locator("input[name=as_of]").click(position={"x": 12, "y": 12})
    analyst.type(f"{THIS_MONDAY:%m%d%Y}")
    analyst.press("Enter")
    page.wait_for_url(f"**as_of={THIS_MONDAY}**")
    analyst.choose_period("Прошлая неделя")
    then, now, restored = facts.known_by(_MONDAY)
    assert number(analyst.tile("leads")) == then
    analyst.follow(page.locator(".notice a", has_text="Что стало известно"))
    said = page.locator("#since .notice").inner_text()
    assert [int(one) for one in re.findall(r"\d+", said)] == [then, now]
    told = Counter({row[0]: number(row[1]) for row in analyst.rows("#since tbody tr")})
    assert told["пришли из API (resync)"] == restored == now - then > 0
    changed = facts.changed_after(_MONDAY)
    names = {"tags_manual": "Теги: Вручную", "tags_api": "Теги: API", "manager": "Менеджер"}
    assert {field: told[name] for field, name in names.items()} == {
        field: changed[field] for field in names
    }
    assert told["Теги: Вручную"] > 0
    answered("What did last Monday's report say, and what has changed since?")
