"""What was erased, as pages say it."""

from analytics.stand_ins import ANY_STAND_IN, ERASED
from dashboards.wording.texts import Texts


def erased_in_words(text: str, texts: Texts) -> str:
    """A stranger's text, with a word of ours for each stand-in of what was erased."""
    return ANY_STAND_IN.sub(texts("site.erased"), text) if ERASED in text else text
