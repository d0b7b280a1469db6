"""A server on loopback, and a browser that tells what a page said and asked for."""

import shutil
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from flask import Flask
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from dashboards.access.sign_in.sessions import COOKIE

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def chromium(playwright: Playwright) -> str | None:
    """The path of the system's browser, else of the one that `playwright install` left."""
    installed = next(filter(None, map(shutil.which, _NAMES)), None)
    own = playwright.chromium.executable_path
    return installed or (own if Path(own).exists() else None)


def launch(playwright: Playwright) -> Browser:
    """Raises where there is no browser: pages that nobody has seen are not done."""
    browser = chromium(playwright)
    if browser is None:
        raise FileNotFoundError("no Chromium: `make test` says how to get it")
    return playwright.chromium.launch(executable_path=browser, args=_ARGUMENTS)


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        pass


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application on a port of loopback; its URL."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass(frozen=True, slots=True)
class Site:
    """A served place; `cookie` is that of an admin who has signed in."""

    url: str
    cookie: str


@dataclass(slots=True)
class Seen:
    """What a page said and asked for while it was open."""

    page: Page
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def assert_clean(self, site: str) -> None:
        """No message of any kind, policy violations included, and no other host."""
        assert self.said == []
        ours = (site, "data:", f"blob:{site}")
        assert [url for url in self.asked if not url.startswith(ours)] == []


@contextmanager
def opened(
    browser: Browser,
    width: int = 1440,
    *,
    locale: str = "ru-RU",
    scheme: Literal["dark", "light"] = "light",
    scripts: bool = True,
    permissions: Sequence[str] = (),
    signed_in: Site | None = None,
) -> Iterator[Seen]:
    """A window with no past, closed at the end; of somebody who has signed in at that site."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        locale=locale,
        color_scheme=scheme,
        java_script_enabled=scripts,
        permissions=permissions,
        reduced_motion="reduce",
    )
    if signed_in is not None:
        context.add_cookies([{"name": COOKIE, "value": signed_in.cookie, "url": signed_in.url}])
    page = context.new_page()
    seen = Seen(page)
    page.on("console", lambda message: seen.said.append(message.text))
    page.on("pageerror", lambda error: seen.said.append(str(error)))
    page.on("dialog", lambda dialog: seen.said.append(f"dialog: {dialog.message}"))
    page.on("request", lambda request: seen.asked.append(request.url))
    yield seen
    context.close()


def wait_for_charts(page: Page, count: int = 2) -> None:
    """Until so many charts have their marks."""
    marks = ".main-svg :is(.bars, .scatterlayer, .heatmaplayer, .boxlayer) *"
    page.wait_for_function(
        "([marks, count]) => [...document.querySelectorAll('.plot')]"
        ".filter((plot) => plot.querySelector(marks)).length >= count",
        arg=[marks, count],
    )


if __name__ == "__main__":
    with sync_playwright() as running:
        sys.exit(chromium(running) is None)
