"""The act: what was erased where, when and by whom, as one page; it names nobody.

It is self-contained, and can be made again from the log at any time.
"""

import tomllib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from receiver import __version__
from receiver.digest.erasing.erasures import BegunErasure

LANGUAGES = ("ru", "en")
_HERE = Path(__file__).parent
_PAGES = Environment(
    loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def act_page(erased: BegunErasure, language: str) -> str:
    """The page as HTML. `language`: one of `LANGUAGES`."""
    page: str = _PAGES.get_template("act.html.jinja").render(
        t=_texts(language),
        language=language,
        act=erased.act,
        summary=erased.summary,
        version=__version__,
    )
    return page


def _texts(language: str) -> dict[str, Any]:
    document = tomllib.loads((_HERE / "act.toml").read_text(encoding="utf-8"))
    return {name: text[language] for name, text in document.items()}
