"""The pictures of the README, from a running `calltouch demo`: `make pictures LINK=…`.

LINK is the one that the demo prints, which signs in once. The demo's people are invented, so
nobody's data is in the pictures.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

IMAGES = Path(__file__).parent / "images"
LANGUAGES = {"en": "en-GB", "ru": "ru-RU"}
WIDTH = 1440
_CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_COLOURS = "96"


@dataclass(frozen=True, slots=True)
class Picture:
    """The first `height` pixels of a page."""

    name: str
    path: str
    height: int


PICTURES = (
    Picture("overview", "/?period=30d", 1160),
    Picture("attribution", "/attribution?period=30d", 1000),
    Picture("lead", "/leads/call/{lead_id}", 1300),
)
_LONGEST_STORY = "/api/reports/journal?period=30d&lead_type=call&only=repeat"


def take_all(playwright: Playwright, link: str) -> None:
    browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
    context = browser.new_context()
    context.new_page().goto(link)
    site = "{0.scheme}://{0.netloc}".format(urlsplit(link))
    lead_id = _lead_with_the_longest_story(context, site)
    signed_in = context.storage_state()
    browser.close()
    for language, locale in LANGUAGES.items():
        # Date fields follow the browser's own language, if it is installed (chromium-l10n).
        browser = playwright.chromium.launch(
            executable_path=_CHROMIUM,
            args=["--no-sandbox", f"--lang={locale}"],
            env={**os.environ, "LANGUAGE": locale.replace("-", "_")},
        )
        reader = browser.new_context(
            storage_state=signed_in, locale=locale, color_scheme="light", reduced_motion="reduce"
        )
        for picture in PICTURES:
            url = site + picture.path.format(lead_id=lead_id)
            _take(reader.new_page(), url, picture, IMAGES / f"{picture.name}.{language}.png")
        browser.close()


def _lead_with_the_longest_story(context: BrowserContext, site: str) -> int:
    rows = context.request.get(site + _LONGEST_STORY).json()["rows"]
    told = [row for row in rows if row["has_transcript"] and row["tags"]]
    return int(max(told, key=lambda row: row["delivery_count"])["lead_id"])


def _take(page: Page, url: str, picture: Picture, file: Path) -> None:
    page.set_viewport_size({"width": WIDTH, "height": picture.height})
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file)
    page.close()
    subprocess.run(
        ["pngquant", "--force", "--skip-if-larger", "--output", file, _COLOURS, file], check=True
    )


if __name__ == "__main__":
    with sync_playwright() as _playwright:
        take_all(_playwright, sys.argv[1])
