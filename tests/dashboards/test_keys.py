"""The bar above pages, keys and the palette, in a real browser."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboards.access.sign_in.sessions import COOKIE
from dashboards.pages.register import PAGES
from tests.analytics.reports.world import NOW, make_world
from tests.dashboards.browsing import Seen, Site, opened
from tests.dashboards.conftest import SETTINGS, Place, served
from tests.dashboards.flow_world import usual_world
from tests.dashboards.leads import Delivered, call
from tests.dashboards.test_every_page import grave
from tests.made_once import made_once

# These are about a calendar and about flows, which most tests can do without.
OTHERS = ("work_calendar", "flows", "operations")
FIRST_NUMBER = """() => {
    const texts = document.createTreeWalker(document.querySelector('.cards'), NodeFilter.SHOW_TEXT);
    const tops = [...document.querySelectorAll('.plot')].filter((plot) => plot.checkVisibility())
        .map((plot) => plot.getBoundingClientRect().top);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const within = text.parentElement;
        if (!/[0-9]/.test(text.data) || !within.checkVisibility()) continue;
        if (within.closest('option, .unseen, .plot')) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        return Math.min(range.getClientRects()[0].top, ...tops);
    }
    return Math.min(...tops);
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """While leads still arrive, so that no notice stands on top."""
    place = Place(made_once(tmp_path_factory, "world", make_world))
    with served(place, replace(SETTINGS, clock=lambda: NOW - timedelta(hours=40))) as site:
        yield site


@pytest.fixture
def screen(browser: Browser, site: Site) -> Iterator[Seen]:
    with opened(browser, signed_in=site) as screen:
        yield screen
        screen.assert_clean(site.url)


def chosen(page: Page) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(page.url).query)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def first_numbers(page: Page, site: Site, names: Iterable[str]) -> dict[str, float]:
    """How far down the first number of each page stands."""
    page.context.add_cookies([{"name": COOKIE, "value": site.cookie, "url": site.url}])
    found = {}
    for one in (one for one in PAGES if one.name in names):
        page.goto(f"{site.url}{one.path}", wait_until="domcontentloaded")
        found[one.name] = page.evaluate(FIRST_NUMBER)
        bar = page.locator("#slice-bar")
        assert one.sliced == "no" or bar.evaluate("(bar) => bar.offsetHeight") < 60
    return found


def test_on_a_telephone_a_number_stands_on_the_first_screen(
    browser: Browser, site: Site, place: Place
) -> None:
    place.add([Delivered(NOW, call(1, NOW))])
    place.add_calendar()
    world = usual_world(place.directory, moment=NOW)
    place.add_history(*world.published())
    world.close()
    # Where all is well there is nothing to count.
    usual = {page.name for page in PAGES if page.is_listed}.difference(OTHERS, ["alerts"])
    now = replace(SETTINGS, clock=lambda: NOW)
    with opened(browser, 390) as seen, served(place, now) as other:
        # Where charts stand is known before they are drawn.
        seen.page.route("**/plotly*", lambda route: route.abort())
        found = first_numbers(seen.page, site, usual)
        found |= first_numbers(seen.page, other, OTHERS)
    assert {name: top for name, top in found.items() if not 0 < top < 400} == {}


def test_the_bar_takes_one_row_and_stays_in_sight(screen: Seen, site: Site) -> None:
    page = screen.page
    page.goto(
        f"{site.url}/journal?period=last_month&f.source=yandex&f.source=google&f.medium.has=c"
        "&f.utm_campaign.not=a%20rather%20long%20name%20of%20a%20campaign&compare=slice"
        "&vs.source=google&vs.medium=cpc"
    )
    tops = page.locator("#slice-bar").evaluate(
        "(bar) => [...bar.children].filter((one) => one.checkVisibility() && one.offsetHeight > 9)"
        ".map((one) => one.getBoundingClientRect()).map(({top, height}) => top + height / 2)"
    )
    assert len(tops) > 5
    assert max(tops) - min(tops) < 4
    assert page.evaluate("document.documentElement.scrollWidth") == 1440
    page.evaluate("window.scrollTo(0, 600)")
    bar = page.locator("#slice-bar").bounding_box()
    assert bar is not None
    assert bar["y"] == 0


def test_popovers_are_opened_and_closed_with_the_keyboard(screen: Seen, site: Site) -> None:
    page = screen.page
    page.goto(f"{site.url}/attribution")
    period, comparison = (page.locator(f".popover.{name}") for name in ("period", "comparison"))
    period.locator("summary").press("Enter")
    expect(period.locator(".panel")).to_be_visible()
    comparison.locator("summary").press("Enter")
    expect(comparison.locator(".panel")).to_be_visible()
    expect(period.locator(".panel")).to_be_hidden()
    assert grave(page) == []
    press(page, "Tab", "Escape")
    expect(comparison.locator(".panel")).to_be_hidden()
    expect(comparison.locator("summary")).to_be_focused()


def test_own_days_are_compared_by_keyboard_alone(screen: Seen, site: Site) -> None:
    page = screen.page
    page.goto(f"{site.url}/tags?period=7d")
    page.locator(".comparison > summary").press("Enter")
    page.keyboard.press("Tab")
    # Passing a choice applies nothing; filling in its fields chooses it.
    page.keyboard.press("ArrowDown")
    assert chosen(page) == [("period", "7d")]
    page.locator("[name=compare_from]").focus()
    page.keyboard.type("09012026")
    page.locator("[name=compare_to]").focus()
    page.keyboard.type("09072026")
    page.keyboard.press("Enter")
    page.wait_for_url("**compare_to=**")
    assert dict(chosen(page)) == {
        "period": "7d",
        "compare": "days",
        "compare_from": "2026-09-01",
        "compare_to": "2026-09-07",
    }
    said = page.locator(".comparison > summary").inner_text().replace("\xa0", " ")
    assert "1–7 сентября 2026" in said


def test_another_slice_is_compared_by_keyboard_alone(screen: Seen, site: Site) -> None:
    page = screen.page
    page.goto(f"{site.url}/tags?period=30d&f.source=yandex")
    page.locator(".comparison > summary").press("Enter")
    page.locator("[name='vs.add.value']").first.focus()
    page.keyboard.type("google")
    page.keyboard.press("Enter")
    page.wait_for_url("**vs.source=google**")
    assert {("compare", "slice"), ("f.source", "yandex")} <= {*chosen(page)}
    assert page.locator(".comparison > summary").inner_text().endswith("Источник: google")
    page.locator(".comparison > summary").press("Enter")
    page.locator("[name='vs.add.field']").select_option("unique")
    assert page.locator("[name='vs.add.op'] option:enabled").count() == 3
    page.locator("[name='vs.add.field']").select_option("utm_campaign")
    page.locator("[name='vs.add.op']").select_option("has")
    page.locator("[name='vs.add.value']").first.fill("autumn")
    page.keyboard.press("Enter")
    page.wait_for_url("**vs.utm_campaign.has=autumn**")
    page.locator(".comparison > summary").press("Enter")
    page.locator(".other-chips a", has_text="google").click()
    page.wait_for_url(lambda url: "google" not in url)
    others = {("vs.utm_campaign.has", "autumn"), ("compare", "slice")}
    assert {*chosen(page)} == {("period", "30d"), ("f.source", "yandex"), *others}


def test_a_filter_of_two_values_is_added_and_removed(screen: Seen, site: Site) -> None:
    page = screen.page
    page.goto(f"{site.url}/tags?period=30d")
    page.locator(".add > summary").click()
    page.locator("[name='add.field']").select_option("unique")
    assert page.locator("[name='add.op'] option:enabled").count() == 3
    page.locator("[name='add.field']").select_option("source")
    page.locator("[name='add.op']").select_option("not")
    values = page.locator("[name='add.value']")
    values.nth(0).focus()
    page.locator("#values-source option[value=yandex]").wait_for(state="attached")
    values.nth(0).fill("yandex")
    values.nth(1).fill("google")
    values.nth(1).press("Enter")
    page.wait_for_url("**f.source.not=google")
    expect(page.locator(".chosen li")).to_have_count(3)
    page.locator(".chosen a", has_text="google").click()
    page.wait_for_url(lambda url: "google" not in url)
    assert chosen(page) == [("period", "30d"), ("f.source.not", "yandex")]


def test_choosing_applies_at_once(screen: Seen, site: Site) -> None:
    page = screen.page
    page.goto(f"{site.url}/tags?period=30d")
    page.locator("[name='f.site']").select_option(index=1)
    page.wait_for_url("**f.site=**")
    page.locator(".comparison > summary").click()
    page.locator("[name=compare][value=year]").click()
    page.wait_for_url("**compare=year**")
    page.locator(".rest > summary").click()
    page.locator("[name='f.clean']").check(force=True, no_wait_after=True)
    page.wait_for_url("**f.clean=yes**")
    assert {"f.site", "compare", "f.clean", "period"} == {name for name, _ in chosen(page)}
    expect(page.locator("#content")).not_to_have_attribute("aria-busy", "true")


def test_periods_have_keys(screen: Seen, site: Site) -> None:
    page = screen.page
    page.goto(f"{site.url}/journal?f.source=yandex")
    for key, period in (
        *(("d", "today"), ("e", "yesterday"), ("w", "7d"), ("t", "30d"), ("m", "month")),
        *(("l", "last_month"), ("y", "year"), ("a", "all")),
    ):
        page.keyboard.press(key)
        page.wait_for_url(f"**period={period}&**")
    page.keyboard.press("l")
    page.wait_for_url("**period=last_month&**")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**from=2026-09-01&to=2026-09-30&**")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**period=last_month&**")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**period=month&**")
    page.keyboard.press("x")
    page.wait_for_url("**compare=none**")
    page.keyboard.press("x")
    page.wait_for_url(lambda url: "compare" not in url)
    assert dict(chosen(page)) == {"period": "month", "f.source": "yandex"}


def test_keys_are_letters_to_somebody_who_types(screen: Seen, site: Site) -> None:
    page = screen.page
    page.goto(f"{site.url}/journal?period=30d")
    page.keyboard.press("/")
    expect(page.locator("input[type=search]")).to_be_focused()
    page.keyboard.type("dew?")
    expect(page.locator("input[type=search]")).to_have_value("dew?")
    assert page.locator("dialog[open]").count() == 0
    page.locator("h1").click()
    press(page, "Control+d", "Alt+e", "?")
    expect(page.locator("#keys")).to_be_visible()
    assert grave(page) == []
    press(page, "d", "Escape")
    expect(page.locator("#keys")).to_be_hidden()
    assert chosen(page) == [("period", "30d")]


def test_the_palette_leads_to_pages_filters_and_leads(screen: Seen, site: Site) -> None:
    page = screen.page
    page.goto(f"{site.url}/tags?period=30d")
    found = page.locator("#palette [role=option]")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette input")).to_be_focused()
    assert grave(page) == []
    page.keyboard.type("качество")
    expect(found.first).to_contain_text("Качество звонков")
    page.keyboard.press("Enter")
    page.wait_for_url("**/quality?period=30d")
    page.locator("[data-opens=palette]").click()
    page.keyboard.type("источник: yandex")
    expect(found.first).to_contain_text("Источник: yandex")
    press(page, "ArrowDown", "ArrowUp", "Enter")
    page.wait_for_url("**/quality?period=30d&f.source=yandex")
    press(page, "/")
    page.keyboard.type("+7 916 555")
    expect(found.first).to_contain_text("Найти в журнале: +7 916 555")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    press(page, "Control+k")
    page.keyboard.type("90 полных")
    expect(found.first).to_contain_text("90 полных дней")
    page.keyboard.press("Enter")
    page.wait_for_url("**period=90d_full**")


def test_the_palette_finds_a_lead_by_its_id(screen: Seen, site: Site) -> None:
    page = screen.page
    page.goto(f"{site.url}/journal?period=all")
    link = page.locator("#journal tbody a").first.get_attribute("href") or ""
    lead_id = urlsplit(link).path.rpartition("/")[2]
    page.keyboard.press("Control+k")
    page.keyboard.type(lead_id)
    expect(page.locator("#palette [role=option]").first).to_contain_text(lead_id)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**f.search={lead_id}")
    assert page.locator(f"#journal a[href*='/{lead_id}']").count()


def test_without_scripts_the_bar_works(browser: Browser, site: Site) -> None:
    with opened(browser, scripts=False, signed_in=site) as seen:
        page = seen.page
        page.goto(f"{site.url}/tags?period=30d")
        page.locator(".period > summary").click()
        page.locator("[name=from]").fill("2026-10-01")
        page.locator(".period button").click()
        page.wait_for_url("**from=2026-10-01**")
        page.locator(".comparison > summary").click()
        page.locator("[name=compare][value=none]").check()
        page.locator(".comparison button").click()
        page.wait_for_url("**compare=none**")
        page.locator(".add > summary").click()
        page.locator("[name='add.value']").first.fill("yandex")
        page.locator(".add button").click()
        page.wait_for_url("**f.source=yandex**")
        assert not page.locator("[data-opens=palette]").is_visible()
