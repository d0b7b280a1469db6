"""What would have been right, in a reader's words: reports and filters say it in English."""

import re

from dashboards.wording.texts import Texts

_SAID = {
    "whole numbers": "expected.whole",
    "a text": "expected.text",
    "a tag or a part of it": "expected.tag",
    "a phone or a part of it": "expected.phone",
    "an e-mail": "expected.email",
    "the id of a lead": "expected.lead_id",
}
_AT_MOST = re.compile(r"at most (\d+) (characters|numbers)")


def expected_text(expected: str, texts: Texts) -> str:
    """Names and values, which are the same in all languages, stay as they are."""
    if expected in _SAID:
        return texts(_SAID[expected])
    bound = _AT_MOST.fullmatch(expected)
    return texts(f"expected.{bound[2]}", most=bound[1]) if bound else expected
