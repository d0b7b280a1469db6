"""Texts in figures: strangers' words must mean themselves."""

import orjson
from markupsafe import Markup

# What the JSON of a <script> element must not contain: its own end, and what HTML reads otherwise.
_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def plain(text: str) -> str:
    """A stranger's text, to mean itself: plotly reads `<b>`, `<a href>` and entities in every text.

    https://plotly.com/chart-studio-help/adding-HTML-and-links-to-charts/
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, longest: int) -> str:
    """On one line, cut to so many characters, the last of them then an ellipsis."""
    one_line = " ".join(text[: 4 * longest].split())
    return one_line if len(one_line) <= longest else f"{one_line[: longest - 1]}…"


def island(value: object) -> Markup:
    """JSON to stand inside a <script type="application/json"> element."""
    return Markup(orjson.dumps(value).decode().translate(_UNSAFE))
