"""Every page in a real browser: drawn, quiet, readable for everybody, and nothing leaves the host.

With SCREENSHOTS=<directory> the pages are kept there as pictures (`make screenshots`).
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from analytics.published_file import Published, PublishedFile
from analytics.reports.parameters import OPERATION_STATES
from dashboards.pages.register import PAGES
from tests.analytics.reports.world import NOW, make_world
from tests.dashboards.browsing import Seen, Site, opened
from tests.dashboards.conftest import SETTINGS, Place, served
from tests.dashboards.flow_world import usual_world
from tests.dashboards.leads import Delivered, call, request
from tests.dashboards.test_strangers_texts import NASTY
from tests.made_once import made_once

STRANGERS = (*NASTY, '=HYPERLINK("http://evil.example")', "\u202e\u2066rtl\u2069")
LONG = "длинно " * 1400
TEXT_FIELDS = (
    *("source", "medium", "utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term"),
    *("manager", "city", "browser", "os", "device", "hostname", "url", "ref", "attrs", "subject"),
    *("siteName", "subPoolName", "statusDetails", "tags_manual", "tags_auto_pr", "requestUrl"),
    *("comment[0][comment]", "text[0][phrase]", "callUrl", "orderId", "pool", "ip", "userAgent"),
    *("sip_call_id", "gcid", "yaClientId", "add_url_params[0][name]", "add_url_params[0][value]"),
)
NAMES = [page.name for page in PAGES]
GRAVE = ("serious", "critical")


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Leads with two models, tags, callbacks, spam, people who return; tests only read it."""
    return Place(made_once(tmp_path_factory, "pages", make_pages_world))


def make_pages_world(directory: Path) -> None:
    make_world(directory)
    place = Place(directory)
    place.add(list(nasty_leads()))
    with Published(PublishedFile(place.published)).reading() as db:
        calls = db.execute("select lead_id from calls").fetchall()
    place.add_history(*flow_history([lead_id for (lead_id,) in calls]))
    world = usual_world(directory, name=STRANGERS[1], moment=NOW - timedelta(hours=30))
    place.add_history(*world.published())
    world.close()


def flow_history(calls: Sequence[int]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Operations of every state, one about each call."""
    operations = [
        {
            "operation_id": number,
            "flow": ("call-to-bitrix24", "leads-from-tilda")[number % 2],
            "state": OPERATION_STATES[number % len(OPERATION_STATES)],
            "reason": ("", "status-404", "timeout")[number % 3],
            "received_at": NOW - timedelta(minutes=11 * (len(calls) - number)),
            "lead_type": "call",
            "lead_id": lead_id,
            "attempts": 1,
            "notes": json.dumps([STRANGERS[number % len(STRANGERS)]]),
        }
        for number, lead_id in enumerate(calls, 1)
    ]
    attempts = [
        {"operation_id": one["operation_id"], "begun_at": one["received_at"], "status": 404}
        for one in operations
    ]
    return operations, attempts


def nasty_leads() -> Iterator[Delivered]:
    """What anybody may write, in every text that there is; enough of it to get into every chart."""
    for number, text in enumerate((*STRANGERS * 3, LONG)):
        at = NOW - timedelta(days=number % 40, minutes=7 * number)
        person = {"callerphone": f"7916555{number % 12:04}", "fio": text, "email": f"{text}@x.ru"}
        texts = dict.fromkeys(TEXT_FIELDS, text)
        for model in ("1", "0"):
            lead = call(770_000 + number, at, **texts, **person, attribution=model)
            lead |= {"status": "unsuccessful", "waiting_time": "15", "duration": "0"}
            lead |= {"tags_auto_af": text, "unique": "true", "targetcall": "target"}
            yield Delivered(at + timedelta(minutes=2), lead | {f"{text[:40]}[0]": text})
        form = request(780_000 + number, at.replace(tzinfo=None), **texts, **person)
        yield Delivered(at + timedelta(minutes=3), form | {"uniquerequest": "false"})


@pytest.fixture(scope="module")
def site(world: Place) -> Iterator[Site]:
    with served(world, replace(SETTINGS, clock=lambda: NOW)) as site:
        yield site


@pytest.fixture(scope="module")
def urls(world: Place) -> dict[str, str]:
    """Per page its URL; for the card that of a call with a whole life."""
    client = world.client(replace(SETTINGS, clock=lambda: NOW))
    found = client.get("/api/reports/journal?period=90d&lead_type=call&only=both_models").json
    assert found is not None
    (lead_id, *_) = [row["lead_id"] for row in found["rows"] if row["has_transcript"]]
    paths = {page.name: page.path for page in PAGES}
    paths["lead"] = f"/leads/call/{lead_id}"
    paths |= {"flow": "/flows/shop", "operation": "/operations/3"}
    paths["replay"] = "/operations/replay"
    chosen = {"replay": "&flow=shop&state=failed", "operation": "&masks=off"}
    return {name: f"{path}?period=90d{chosen.get(name, '')}" for name, path in paths.items()}


def keep(page: Page, name: str) -> None:
    directory = os.environ.get("SCREENSHOTS")
    if directory:
        page.screenshot(path=Path(directory) / f"{name}.png", full_page=True)


def wait_until_drawn(page: Page) -> None:
    """Every chart that is not folded away has been given to plotly."""
    page.wait_for_function(
        "[...document.querySelectorAll('.chart .plot')]"
        ".every((plot) => plot.offsetParent === null || plot.querySelector('.main-svg'))"
    )
    page.evaluate("document.fonts.ready")


def shorten_tables(page: Page) -> None:
    """Each cell is looked at by each rule, and after some rows they are all alike."""
    page.evaluate(
        """() => document.querySelectorAll('tbody').forEach(
            (body) => [...body.rows].slice(25).forEach((row) => row.remove()))"""
    )


def point_at_marks(page: Page) -> None:
    """So that plotly writes what it says of them."""
    page.evaluate(
        """() => document.querySelectorAll('.plot').forEach((plot) => {
            if (!plot.data || plot.offsetParent === null) return;
            plot.data.forEach((trace, curveNumber) => {
                for (const pointNumber of [0, 1, 2, 3, 4, 5]) {
                    try { Plotly.Fx.hover(plot, [{ curveNumber, pointNumber }]); } catch {}
                }
            });
        })"""
    )


def grave(page: Page, *rules: str) -> list[str]:
    """What axe-core calls serious or worse, and where; by all rules or only by these."""
    # Told of what is in order, too, it would write down every element of the page.
    options: dict[str, list[str]] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]


@pytest.fixture(scope="module")
def screen(browser: Browser, site: Site) -> Iterator[Seen]:
    with opened(browser, signed_in=site) as screen:
        yield screen


@pytest.fixture(scope="module")
def telephone(browser: Browser, site: Site) -> Iterator[Seen]:
    with opened(browser, 390, locale="en-GB", signed_in=site) as telephone:
        yield telephone


def turn_to(seen: Seen, url: str) -> None:
    """From page to page in one window, which need not learn to draw each time."""
    seen.said.clear()
    seen.asked.clear()
    seen.page.emulate_media(color_scheme="light")
    seen.page.goto(url)
    wait_until_drawn(seen.page)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_drawn_quiet_and_readable(
    screen: Seen, telephone: Seen, site: Site, urls: dict[str, str], name: str
) -> None:
    """In Russian on a screen, then dark; in English on a telephone."""
    turn_to(screen, site.url + urls[name])
    page = screen.page
    assert page.locator(".card").count()
    assert not page.locator(".chart-failed:visible, .card [role=alert]").count()
    assert page.evaluate("document.documentElement.scrollWidth") == 1440
    assert not page.locator("main :is(script:not([type]), iframe, [onerror])").count()
    keep(page, f"{name}-1440")
    shorten_tables(page)
    assert grave(page) == []
    point_at_marks(page)
    assert not page.locator(".plot :is(a, img, script, iframe)").count()
    page.emulate_media(color_scheme="dark")
    assert grave(page, "color-contrast") == []
    screen.assert_clean(site.url)

    turn_to(telephone, site.url + urls[name])
    page = telephone.page
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    keep(page, f"{name}-390-en")
    shorten_tables(page)
    assert grave(page, "scrollable-region-focusable", "target-size") == []
    telephone.assert_clean(site.url)


@pytest.mark.parametrize("name", ["journal", "deliveries"])
def test_on_paper_a_table_is_no_wider_than_its_card(
    browser: Browser, site: Site, urls: dict[str, str], name: str
) -> None:
    """A4 without margins: 794 pixels. The filters' form stays behind, what was chosen does not."""
    too_wide = """() => [...document.querySelectorAll('.card .scroll')]
        .filter((one) => one.offsetParent !== null && one.scrollWidth > one.clientWidth)
        .map((one) => one.getAttribute('aria-label'))"""
    with opened(browser, 794, signed_in=site) as seen:
        seen.page.goto(f"{site.url}{urls[name]}&f.source=yandex")
        assert seen.page.evaluate(too_wide), "it scrolls on the screen"
        seen.page.emulate_media(media="print")
        assert seen.page.locator(".card table:visible").count()
        assert seen.page.evaluate(too_wide) == []
        assert not seen.page.locator("form.slice:visible, .pages:visible").count()
        assert seen.page.locator(".heading .days").is_visible()
        on_paper = seen.page.locator(".on-paper:visible").inner_text()
        assert ("yandex" in on_paper) is (name == "journal")


def test_a_slice_survives_filtering_reloading_going_back_and_the_next_page(
    browser: Browser, site: Site
) -> None:
    def leads(page: Page) -> str:
        return page.locator("[data-tile=leads] strong").inner_text()

    with opened(browser, signed_in=site) as seen:
        page = seen.page
        page.goto(f"{site.url}/?period=90d")
        everything = leads(page)
        page.locator("form.slice .rest > summary").click()
        page.locator("select[name='f.lead_type']").select_option("call")
        page.wait_for_url("**f.lead_type=call**")
        calls = leads(page)
        assert calls != everything
        page.reload()
        assert leads(page) == calls
        page.locator(".pages a", has_text="Источники").click()
        page.wait_for_url("**/attribution?**f.lead_type=call**")
        page.go_back()
        assert leads(page) == calls
        page.go_back()
        assert leads(page) == everything
        seen.assert_clean(site.url)


def test_from_a_mark_of_a_chart_to_the_lead_behind_it(browser: Browser, site: Site) -> None:
    with opened(browser, signed_in=site) as seen:
        page = seen.page
        page.goto(f"{site.url}/models?period=90d")
        wait_until_drawn(page)
        page.locator("#models-by-source .point").last.click(force=True)
        page.wait_for_url("**/journal?**source_**")
        shown = page.locator("tbody tr")
        assert shown.count()
        shown.first.locator("a").first.click()
        page.wait_for_url("**/leads/**")
        assert page.locator(".card").count() > 2
        seen.assert_clean(site.url)


def test_values_of_a_filter_are_offered_while_one_types(browser: Browser, site: Site) -> None:
    with opened(browser, signed_in=site) as seen:
        seen.page.goto(f"{site.url}/?period=90d")
        seen.page.locator("form.slice .add > summary").click()
        seen.page.locator("select[name='add.field']").select_option("source")
        seen.page.locator("input[name='add.value']").first.focus()
        seen.page.locator("#values-source option[value=yandex]").wait_for(state="attached")
        seen.assert_clean(site.url)


def test_tables_sort_by_what_their_cells_mean(browser: Browser, site: Site) -> None:
    with opened(browser, signed_in=site) as seen:
        seen.page.goto(f"{site.url}/?period=90d")
        table = seen.page.locator("#by_source table")
        head = table.locator("th[scope=col]").nth(1)
        head.press("Enter")
        assert head.get_attribute("aria-sort") == "descending"
        head.press("Enter")
        # Below the number stands its change.
        cells = table.locator("tbody tr:not(.rest) td:nth-child(2)").evaluate_all(
            "(cells) => cells.map((cell) => cell.firstChild.textContent)"
        )
        numbers = [int(cell.replace("\xa0", "")) for cell in cells]
        assert len(numbers) > 3
        assert numbers == sorted(numbers)
        seen.assert_clean(site.url)
