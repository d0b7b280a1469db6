"""What is thought of a change, and of which numbers anything can be thought."""

from zoneinfo import ZoneInfo

import pytest

from analytics.chance import Box
from dashboards.wording.changes import Verdict, wording_of
from dashboards.wording.formats import Formats
from dashboards.wording.texts import Texts

FORMATS = Formats(Texts("en"), ZoneInfo("Europe/Moscow"))


@pytest.mark.parametrize(
    ("title", "now", "before", "verdict"),
    [
        ("quality.waits", Box(10, 30, 50, 100), Box(30, 50, 70, 100), "better"),
        ("quality.waits", Box(30, 50, 70, 100), Box(10, 30, 50, 100), "worse"),
        ("quality.talk", Box(30, 50, 70, 100), Box(10, 30, 50, 100), "changed"),
        ("quality.waits", Box(10, 30, 50, 100), Box(10, 33, 50, 100), "chance"),
        ("quality.waits", Box(10, 30, 50, 19), Box(30, 50, 70, 100), "unjudged"),
        ("quality.waits", Box(10, 30, 50, 19), Box(30, 30, 70, 100), "same"),
    ],
)
def test_medians_are_judged_by_their_notches(
    title: str, now: Box, before: Box, verdict: Verdict
) -> None:
    change = wording_of(title, FORMATS).median(now, before)
    assert change is not None
    assert (change.verdict, change.before) == (verdict, before.median)
    assert wording_of(title, FORMATS).median(now, None) is None
