"""Source and medium as readers see them."""

from dashboards.wording.texts import Texts


def source_text(source: str | None, medium: str | None, texts: Texts) -> str:
    """yandex / cpc. Untrusted text: the caller must escape it."""
    named = texts("site.not_given") if source is None else source or texts("site.empty")
    return f"{named} / {medium}" if medium else named
