"""The pages in a real browser: charts are drawn, nothing is refused, nothing leaves the host."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import dashboards
from tests.dashboards.browsing import Site, opened, wait_for_charts
from tests.dashboards.conftest import SETTINGS, Place, served
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.test_strangers_texts import NASTY

VENDORED = Path(dashboards.__file__).parent / "static" / "vendor"
WIDTHS = (1440, 390)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("locale", "words"), [("ru-RU", "Звонки"), ("en-GB", "Calls")])
def test_charts_are_drawn_in_both_languages_at_both_widths(
    browser: Browser, site: Site, tmp_path: Path, locale: str, words: str, width: int
) -> None:
    with opened(browser, width, locale=locale, signed_in=site) as seen:
        seen.page.goto(site.url)
        wait_for_charts(seen.page)
        assert seen.page.locator("#leads-over-time .scatter .point").count() == 90
        assert seen.page.locator("#latest-day .scatter .point").count() > 10
        legend = seen.page.locator("#leads-over-time .legend").text_content()
        assert words in (legend or "")
        inner = seen.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert inner == [width, width]
        seen.page.screenshot(path=tmp_path / f"{locale}-{width}.png", full_page=True)
        seen.assert_clean(site.url)


def wait_for_bars_in(page: Page, colour: str) -> None:
    """A chart is drawn anew a moment after the scheme changes."""
    expect(page.locator("#source-mix .bars path").first).to_have_css("fill", colour)


@pytest.mark.parametrize("width", WIDTHS)
def test_charts_take_the_colours_of_a_dark_scheme(
    browser: Browser, site: Site, tmp_path: Path, width: int
) -> None:
    with opened(browser, width, scheme="dark", signed_in=site) as seen:
        seen.page.goto(f"{site.url}/attribution")
        wait_for_charts(seen.page)
        wait_for_bars_in(seen.page, "rgb(111, 159, 255)")
        seen.page.screenshot(path=tmp_path / f"dark-{width}.png", full_page=True)
        seen.page.emulate_media(color_scheme="light")
        wait_for_bars_in(seen.page, "rgb(47, 102, 204)")
        seen.assert_clean(site.url)


def test_pointing_at_a_day_tells_its_numbers_in_russian(browser: Browser, site: Site) -> None:
    with opened(browser, signed_in=site) as seen:
        seen.page.goto(f"{site.url}/?from=2026-11-09&to=2026-11-20")
        wait_for_charts(seen.page)
        seen.page.locator("#leads-over-time").scroll_into_view_if_needed()
        box = seen.page.locator("#leads-over-time .nsewdrag").bounding_box()
        assert box is not None
        seen.page.mouse.move(box["x"] + box["width"] / 24, box["y"] + box["height"] / 2)
        hover = seen.page.locator("#leads-over-time .hoverlayer")
        hover.locator(".legend").wait_for()
        text = hover.text_content() or ""
        assert "понедельник, 9 ноября 2026" in text
        assert all(f"{name}: " in text for name in ("Звонки", "Заявки", "Всего"))
        seen.assert_clean(site.url)


def test_the_one_button_of_a_chart_saves_a_picture(browser: Browser, site: Site) -> None:
    with opened(browser, signed_in=site) as seen:
        seen.page.goto(site.url)
        wait_for_charts(seen.page)
        buttons = seen.page.locator("#leads-over-time .modebar-btn")
        assert buttons.count() == 1
        assert buttons.get_attribute("data-title") == "Сохранить как PNG"
        seen.page.locator("#leads-over-time").hover()
        with seen.page.expect_download() as download:
            buttons.click()
        assert download.value.suggested_filename == "leads-over-time.png"
        assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")
        seen.assert_clean(site.url)


def test_no_chart_can_be_sent_to_a_cloud(browser: Browser, site: Site) -> None:
    with opened(browser, signed_in=site) as seen:
        seen.page.goto(site.url)
        wait_for_charts(seen.page)
        told = "[...document.querySelectorAll('.plot')].map(plot => plot._context)"
        for option, value in (("showSendToCloud", False), ("plotlyServerURL", "")):
            said = seen.page.evaluate(f"{told}.map(told => told.{option})")
            assert len(said) >= 2
            assert set(said) == {value}
        seen.assert_clean(site.url)


def test_texts_of_strangers_do_nothing(browser: Browser, place: Place) -> None:
    calls = [call(number, NOW, source=text) for number, text in enumerate(NASTY, 1)]
    place.add([Delivered(NOW, params) for params in calls])
    with served(place) as site, opened(browser, signed_in=site) as seen:
        seen.page.goto(f"{site.url}/attribution?period=today&unit=day")
        wait_for_charts(seen.page, 1)
        labels = seen.page.locator("#source-mix .legend").text_content()
        assert labels is not None
        assert "<!--<script>" in labels
        assert "&lt;b&gt;" in labels
        assert seen.page.locator(".plot a, .plot img, .plot script").count() == 0
        bars = seen.page.locator("#source-mix .bars path")
        for number in range(bars.count()):
            bars.nth(number).hover(force=True)
        seen.assert_clean(site.url)


def test_a_chart_that_cannot_be_drawn_says_so_and_leaves_the_rest(
    browser: Browser, site: Site
) -> None:
    with opened(browser, signed_in=site) as seen:
        seen.page.route("**/plotly-cartesian*", lambda route: route.abort())
        seen.page.goto(site.url)
        failed = seen.page.locator(".chart-failed:visible")
        failed.first.wait_for()
        assert failed.count() == seen.page.locator(".chart").count() >= 2
        assert failed.first.inner_text().startswith("Не удалось построить диаграмму.")
        assert seen.page.locator(".tile").count() == 6
        assert seen.page.locator("#by_source table").is_visible()


def test_one_broken_figure_does_not_take_the_other_along(browser: Browser, site: Site) -> None:
    with opened(browser, signed_in=site) as seen:
        breaking = "<script type=application/json class=chart-data>{"
        seen.page.route(
            f"{site.url}/",
            lambda route: route.fulfill(
                response=(answer := route.fetch()),
                body=answer.text().replace(
                    '<script type="application/json" class="chart-data">{', breaking + "{", 1
                ),
            ),
        )
        seen.page.goto(site.url)
        wait_for_charts(seen.page, 1)
        assert seen.page.locator(".chart-failed:visible").count() == 1
        assert seen.page.locator("#latest-day .scatter .point").count() > 10


def test_without_javascript_the_tables_inform(browser: Browser, site: Site) -> None:
    with opened(browser, scripts=False, signed_in=site) as seen:
        seen.page.goto(site.url)
        assert seen.page.locator("noscript .notice").is_visible()
        seen.page.locator("#over_time .folded > summary").click()
        assert seen.page.locator("#over_time tbody tr:visible").count() == 30
        assert seen.page.locator("#by_source tbody tr:visible").count() == 13
        seen.assert_clean(site.url)


def test_the_first_delivery_turns_the_waiting_page_into_the_overview(
    browser: Browser, place: Place, tmp_path: Path
) -> None:
    settings = replace(SETTINGS, has_secret=True)
    permissions = ["clipboard-read", "clipboard-write"]
    with (
        served(place, settings) as site,
        opened(browser, permissions=permissions, signed_in=site) as seen,
    ):
        seen.page.clock.install()
        seen.page.goto(site.url)
        seen.page.screenshot(path=tmp_path / "waiting.png", full_page=True)
        shown = "https://leads.example/webhook?secret=<секрет>"
        assert seen.page.locator("#webhook-url-1").inner_text() == shown
        seen.page.locator("[data-copy=webhook-url-1]").click()
        seen.page.locator("text=Скопировано").wait_for()
        assert seen.page.evaluate("navigator.clipboard.readText()") == shown
        with seen.page.expect_response(site.url + "/"):
            seen.page.clock.run_for(4100)
        assert seen.page.locator("h1").inner_text() == "Доставок пока нет"
        place.add([Delivered(NOW, call(1, NOW))])
        with seen.page.expect_navigation():
            seen.page.clock.run_for(4100)
        assert seen.page.locator("h1").inner_text() == "Обзор"
        seen.assert_clean(site.url)


def test_the_url_can_be_copied_where_browsers_give_pages_no_clipboard(
    browser: Browser, place: Place
) -> None:
    with served(place) as site, opened(browser, signed_in=site) as seen:
        seen.page.add_init_script(
            "Object.defineProperty(navigator, 'clipboard', {value: undefined})"
        )
        seen.page.goto(site.url)
        seen.page.locator("[data-copy=webhook-url-0]").click()
        seen.page.locator("text=Скопировано").wait_for()
        shown = "https://leads.example/webhook/last-touch"
        assert seen.page.evaluate("getSelection().toString()") == shown
        seen.assert_clean(site.url)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_waiting_page_fits_and_is_clean(
    browser: Browser, place: Place, tmp_path: Path, width: int
) -> None:
    with served(place) as site, opened(browser, width, locale="en-GB", signed_in=site) as seen:
        seen.page.goto(site.url)
        assert seen.page.locator("h1").inner_text() == "No deliveries yet"
        assert seen.page.evaluate("document.documentElement.scrollWidth") == width
        seen.page.screenshot(path=tmp_path / f"waiting-{width}.png", full_page=True)
        seen.assert_clean(site.url)


def test_focus_can_be_seen_and_begins_with_the_way_to_the_content(
    browser: Browser, site: Site
) -> None:
    with opened(browser, signed_in=site) as seen:
        seen.page.goto(site.url)
        seen.page.keyboard.press("Tab")
        focused = seen.page.locator(":focus")
        assert focused.get_attribute("href") == "#content"
        seen.page.keyboard.press("Tab")
        style = "element => getComputedStyle(element).outlineStyle"
        assert focused.evaluate(style) == "solid"


def test_the_stylesheet_that_stands_in_for_plotlys_own_is_the_same(browser: Browser) -> None:
    """Without our policy the bundle writes its styles itself: what it writes is what we serve."""
    with opened(browser) as seen:
        seen.page.set_content("<html></html>")
        seen.page.add_script_tag(path=VENDORED / "plotly-cartesian.min.js")
        rules = seen.page.evaluate(
            "[...document.getElementById('plotly.js-style-global').sheet.cssRules]"
            ".map(rule => rule.cssText)"
        )
    assert (VENDORED / "plotly.css").read_text(encoding="utf-8").splitlines() == rules


@pytest.mark.parametrize("path", ["/", "/uniqueness"])
def test_on_a_telephone_the_first_number_is_in_sight(
    browser: Browser, site: Site, path: str
) -> None:
    with opened(browser, 390, signed_in=site) as seen:
        seen.page.goto(f"{site.url}{path}?from=2026-09-01&to=2026-11-20")
        number = seen.page.locator(".tile strong").first.bounding_box()
        assert number is not None
        assert number["y"] < 400
        seen.assert_clean(site.url)


def test_on_a_telephone_the_filters_unfold_without_scripts(browser: Browser, site: Site) -> None:
    with opened(browser, 390, scripts=False, signed_in=site) as seen:
        seen.page.goto(site.url)
        assert seen.page.locator("form.slice input[name=from]").is_hidden()
        seen.page.locator("form.slice summary").first.click()
        seen.page.locator("form.slice input[name=from]").wait_for(state="visible")


def test_on_paper_cards_stand_one_below_the_other(browser: Browser, site: Site) -> None:
    """In a grid that is cut between two sheets, Chromium lays one over the other."""
    with opened(browser, 794, signed_in=site) as seen:
        seen.page.goto(f"{site.url}/quality")
        seen.page.emulate_media(media="print")
        expect(seen.page.locator(".cards")).to_have_css("display", "block")
        expect(seen.page.locator("#recovery")).to_have_css("display", "block")
        assert seen.page.locator("#recovery").is_visible()
