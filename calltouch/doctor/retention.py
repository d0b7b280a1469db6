"""Checks of what is kept for how long."""

from calltouch.doctor.finding import Finding
from receiver.erasing.retention import Retention
from receiver.settings.settings import Settings

_CHECK = "retention"


def _retention(settings: Settings) -> list[Finding]:
    days = Retention.of(settings).days
    if not days:
        advice = (
            "set CALLTOUCH_KEEP_PERSONS_DAYS and the like to as many days as you need them; "
            "calltouch prune --dry-run says what would end"
        )
        return [Finding(_CHECK, "warn", "personal data is kept for ever", advice)]
    listed = ", ".join(f"{one} {count} days" for one, count in days.items())
    return [Finding(_CHECK, "ok", f"kept: {listed}")]


CHECKS = (_retention,)
