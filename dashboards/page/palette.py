"""What the palette of a page knows besides the links that stand on it: no leads and no people."""

from collections.abc import Sequence
from typing import Any, Protocol

from flask import url_for

from analytics.reports.filters import FILTERS
from dashboards.page.cards import Page
from dashboards.page.slice_bar import SliceBar
from dashboards.slice.conditions import OWN
from dashboards.wording.texts import Texts

_KINDS = ("page", "period", "comparison", "filter", "view", "lead", "find", "nothing")


class KeptView(Protocol):
    """A view that the reader has saved."""

    @property
    def text(self) -> str: ...

    @property
    def href(self) -> str | None: ...


def palette_of(
    page: Page, bar: SliceBar, views: Sequence[KeptView], texts: Texts
) -> dict[str, Any]:
    """`filters`: the labels of those that have values to choose from; `filtered`: what the URL of a
    chosen one begins with. On a page that has no filters it is the journal's."""
    journal = url_for("dashboards.journal")
    return {
        "texts": {kind: texts(f"palette.{kind}") for kind in _KINDS},
        "filters": {
            known.name: texts(f"filter.{'tag' if known.name == 'tags' else known.name}")
            for known in FILTERS
            if known.has_values or known.name == "tags"
        },
        "filtered": f"{'' if page.sliced == 'leads' else journal}?{bar.query}&{OWN}",
        "found": f"{journal}?period=all&{OWN}search=",
        "views": [{"text": view.text, "href": view.href} for view in views if view.href],
    }
