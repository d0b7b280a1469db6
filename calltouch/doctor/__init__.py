"""`calltouch doctor`: the usual problems, and what to do about them."""

import duckdb

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

_FILES_LOST = (
    "is the disk there? If files of a lake are lost for good: docs/scale.md has what to do"
)


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
        except duckdb.IOException as error:
            text = str(error).splitlines()[0]
            findings.append(Finding(check.__name__.strip("_"), "fail", text, _FILES_LOST))
    return findings
