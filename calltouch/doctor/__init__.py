"""`calltouch doctor`: the usual problems, and what to do about them."""

from calltouch.doctor import (
    alerts,
    backups,
    files,
    flows,
    keyed_file,
    parcels,
    publication,
    retention,
    surroundings,
    work_calendar,
)
from calltouch.doctor.finding import Finding
from receiver.settings.settings import Settings

__all__ = ["Finding", "examine"]


def examine(settings: Settings) -> list[Finding]:
    """All findings; a check that fails to run is a finding too."""
    findings = []
    for check in (
        *surroundings.CHECKS,
        *files.CHECKS,
        *publication.CHECKS,
        *keyed_file.CHECKS,
        *parcels.CHECKS,
        *backups.CHECKS,
        *retention.CHECKS,
        *alerts.CHECKS,
        *flows.CHECKS,
        *work_calendar.CHECKS,
    ):
        try:
            findings += check(settings)
        except OSError as error:
            findings.append(Finding(check.__name__.strip("_"), "fail", str(error)))
    return findings
