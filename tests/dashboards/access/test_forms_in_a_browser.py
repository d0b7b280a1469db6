"""Setting up, signing in and out in a browser, under the strict policy of the pages."""

from flask import Flask
from playwright.sync_api import Browser

from dashboards.access.sign_in.links import make_set_up_code
from dashboards.access.state import AccessStore
from tests.dashboards.access.conftest import PASSWORD
from tests.dashboards.browsing import opened, serving


def test_the_first_user_sets_up_signs_out_and_in_again(
    app: Flask, access: AccessStore, browser: Browser
) -> None:
    with access.changing() as db:
        code = make_set_up_code(db, access.clock())
    with serving(app) as site, opened(browser, 390) as seen:
        page = seen.page
        page.goto(f"{site}/set-up/{code}")
        page.get_by_label("Имя").fill("anna")
        page.get_by_label("Пароль", exact=True).fill(PASSWORD)
        page.get_by_label("Пароль ещё раз").fill("something else")
        page.get_by_role("button", name="Создать и войти").click()
        assert page.get_by_role("alert").inner_text() == "Пароли не совпадают."
        page.get_by_label("Пароль", exact=True).fill(PASSWORD)
        page.get_by_label("Пароль ещё раз").fill(PASSWORD)
        page.get_by_role("button", name="Создать и войти").click()
        page.wait_for_url(f"{site}/")
        page.goto(f"{site}/access/audit?lang=en")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{site}/sign-in")
        page.goto(f"{site}/access/audit?before=1000")
        page.get_by_label("Name").fill("Anna")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/access/audit?before=1000")
        actions = page.locator("#audit tbody tr td:nth-child(3)").all_inner_texts()
        assert actions == ["Signed in", "Signed out everywhere", "Added the user anna"]
        seen.said = [said for said in seen.said if "422" not in said]
        seen.assert_clean(site)
