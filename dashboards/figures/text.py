"""Untrusted text in figures, shown literally."""

import orjson
from markupsafe import Markup

# Must not appear in JSON inside a <script> element: its end tag, and what HTML parses differently.
_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def plain(text: str) -> str:
    """Escapes untrusted text: plotly interprets `<b>`, `<a href>` and entities in every text.

    https://plotly.com/chart-studio-help/adding-HTML-and-links-to-charts/
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, longest: int) -> str:
    """On one line, cut to this many characters, ending in an ellipsis."""
    one_line = " ".join(text[: 4 * longest].split())
    return one_line if len(one_line) <= longest else f"{one_line[: longest - 1]}…"


def island(value: object) -> Markup:
    """JSON for a <script type="application/json"> element."""
    return Markup(orjson.dumps(value).decode().translate(_UNSAFE))
