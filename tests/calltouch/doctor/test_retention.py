"""`doctor` recommends to keep personal data no longer than needed."""

from calltouch.doctor.retention import CHECKS
from receiver.settings.settings import Settings


def findings(**days: str) -> list[tuple[str, str]]:
    settings = Settings.load({f"CALLTOUCH_KEEP_{name}_DAYS": count for name, count in days.items()})
    return [(one.level, one.text) for check in CHECKS for one in check(settings)]


def test_keeping_for_ever_is_a_warning() -> None:
    assert findings() == [("warn", "personal data is kept for ever")]
    assert findings(AUDIT="30")[0][0] == "warn"


def test_what_is_set_is_said() -> None:
    assert findings(PERSONS="1095", RAW="90") == [("ok", "kept: raw 90 days, persons 1095 days")]
