"""The whole way in a browser, with the keyboard alone; and the editor as everybody can read it."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from playwright.sync_api import Browser, Page

from calltouch.receiver_app import create_receiver
from dashboards.pages.flow_editor.layout import STEPS
from tests.dashboards.access.signing_in import session_cookie
from tests.dashboards.browsing import Site, opened, serving
from tests.dashboards.pages.flow_editor.conftest import FlowSite, make_flow, submit
from tests.dashboards.test_every_page import grave
from tests.outgoing.misbehaving import Misbehaving

MOST_TABS = 200
PATIENCE_MS = 15_000


@pytest.fixture
def served(site: FlowSite) -> Iterator[Site]:
    """The pages, and an admin who has signed in."""
    with serving(site.app) as url:
        yield Site(url, session_cookie(site.access))


def focused(page: Page, selector: str) -> bool:
    return bool(page.evaluate("(one) => document.activeElement.matches(one)", selector))


def go_to(page: Page, selector: str, key: str = "Tab") -> None:
    """By a key, until the focus is there."""
    for _ in range(MOST_TABS):
        if focused(page, selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {selector}")


def press(page: Page, selector: str, expected: str) -> None:
    """Go to a button or a link, and press it; until that is there."""
    go_to(page, selector)
    page.keyboard.press("Enter")
    page.locator(expected).wait_for(timeout=PATIENCE_MS)


def write(page: Page, selector: str, text: str) -> None:
    """In place of what was there."""
    go_to(page, selector)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def test_from_a_template_to_a_delivery_that_is_run(
    browser: Browser, site: FlowSite, served: Site, target: Misbehaving
) -> None:
    with opened(browser, signed_in=served) as seen:
        page = seen.page
        page.goto(served.url)
        press(page, "a[href='/flows/new']", "#name")
        page.keyboard.type("leads")
        press(page, ".flow-new button", "#address-1")
        address = urlsplit(page.locator("#address-1").inner_text())
        assert address.netloc == "leads.example"
        with site.running():
            send_a_form(site, address.path)
            press(page, "button[value=sample]", "[data-placeholder='{{Phone}}']")
            assert "916" not in page.locator(".flow-offered").inner_text()
            edit_the_step(page, target)
            press(page, "button[value=try]", "#trial")
            assert '{"tel":"+7 916 000-00-01"}' in page.locator("#trial pre").inner_text()
            assert target.seen == {}
            press(page, "button[value=on]", "#switch-on")
            assert page.locator("#switch-on ins", has_text="{{Phone}}").count() == 1
            press(page, "button[value=start]", ".flow-state.runs")
            wait_until_sent(page, target)
        seen.assert_clean(served.url)
    assert target.seen["200"][0].endswith(b'{"tel":"+7 916 000-00-01"}')
    assert b"X-Form: 1" in target.seen["200"][0]
    assert 'headers = {X-Form = "1", X-Page = ""}' in site.text("leads")


def send_a_form(site: FlowSite, path: str) -> None:
    """To the receiver."""
    given = {"Name": "Анна", "Phone": "+7 916 000-00-01"}
    with serving(create_receiver(site.settings)) as url:
        answer = requests.post(url + path, data=given, timeout=10)
    assert (answer.status_code, answer.text) == (200, "OK")


def edit_the_step(page: Page, target: Misbehaving) -> None:
    """Its address is written, and a field of the sample put into its body."""
    body = "[id='steps.0.body']"
    write(page, "[id='steps.0.url']", target.url("200"))
    write(page, "[name='steps.0.headers.0.0']", "X-Form")
    write(page, "[name='steps.0.headers.0.1']", "1")
    write(page, "[name='steps.0.headers.1.0']", "X-Page")
    write(page, body, '{"tel": ""}')
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Alt+ArrowDown")
    go_to(page, "[data-placeholder='{{Phone}}']", "ArrowDown")
    page.keyboard.press("Enter")
    assert focused(page, body)
    assert page.locator(body).input_value() == '{"tel": "{{Phone}}"}'


def wait_until_sent(page: Page, target: Misbehaving) -> None:
    for _ in range(PATIENCE_MS // 50):
        if "200" in target.seen:
            return
        page.wait_for_timeout(50)
    raise AssertionError("nothing was sent")


@pytest.fixture
def filled(site: FlowSite) -> FlowSite:
    """A flow with a step of every kind, a sample, and a field that says something wrong."""
    client = site.client()
    make_flow(client, "leads", "tilda-to-calltouch")
    site.deliver("leads", "tranid=1&Name=%D0%90%D0%BD%D0%BD%D0%B0&Phone=%2B79160000001&formid=7")
    submit(client, "leads", "sample")
    submit(client, "leads", "add:http", {"source.per_minute": "0"})
    for kind in sorted({*STEPS} - {"http"}):
        submit(client, "leads", f"add:{kind}")
    make_flow(client, "right", "http-to-calltouch")
    site.deliver("right", "id=1&phone=%2B79160000001", "id=2&phone=1")
    submit(client, "right", "sample", {"steps.0.fio": "{{name}} {{phone}}"})
    return site


def keep(page: Page, name: str) -> None:
    directory = os.environ.get("SCREENSHOTS")
    if directory:
        page.screenshot(path=Path(directory) / f"{name}.png", full_page=True)


PAGES = {
    "flow-new": "/flows/new",
    "flow-edit": "/flows/leads/edit",
    "flow-text": "/flows/right/edit?view=text&show=try",
    "flow-on": "/flows/right/edit?show=on",
}


def test_the_editor_is_quiet_and_readable(browser: Browser, filled: FlowSite, served: Site) -> None:
    """In Russian on a screen, then dark; in English on a telephone; on paper."""
    with opened(browser, signed_in=served) as seen:
        for name, path in PAGES.items():
            seen.page.goto(served.url + path)
            page = seen.page
            assert page.evaluate("document.documentElement.scrollWidth") == 1440, name
            keep(page, f"{name}-1440")
            assert grave(page) == [], name
            page.emulate_media(color_scheme="dark")
            assert grave(page, "color-contrast") == [], name
            page.emulate_media(color_scheme="light", media="print")
            assert not page.locator(".flow-bar:visible, .flow-sample:visible").count()
            page.emulate_media(media="screen")
        seen.assert_clean(served.url)
    with opened(browser, 390, locale="en-GB", signed_in=served) as seen:
        for name, path in PAGES.items():
            seen.page.goto(served.url + path)
            assert seen.page.locator("html").get_attribute("lang") == "en"
            assert seen.page.evaluate("document.documentElement.scrollWidth") == 390, name
            keep(seen.page, f"{name}-390-en")
            assert grave(seen.page, "scrollable-region-focusable", "target-size") == [], name
        seen.assert_clean(served.url)


def test_forms_work_without_javascript(browser: Browser, filled: FlowSite, served: Site) -> None:
    with opened(browser, scripts=False, signed_in=served) as seen:
        page = seen.page
        page.goto(f"{served.url}/flows/right/edit")
        page.locator("[id='steps.0.email']").fill("{{email}}")
        page.keyboard.press("Enter")
        page.locator(".flow-done").wait_for()
        assert page.locator("[id='steps.0.email']").input_value() == "{{email}}"
        page.locator("button[value='add:filter']").click()
        page.locator("#step-2").wait_for()
        seen.assert_clean(served.url)
    assert 'email = "{{email}}"' in filled.text("right")
