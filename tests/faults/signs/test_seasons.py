"""Quiet quarters raise next to no sign; seven faults are noticed in time and named.

What is counted is printed, and goes into the table of `make faults`.
"""

from datetime import date
from statistics import median

import pytest

from tests.analytics.signs.accounts import made_account
from tests.analytics.signs.breaking import FAULTS
from tests.analytics.signs.noticing import Kind, noticed
from tests.analytics.signs.watching import looks
from tests.faults.rounds import SEED, rounds
from tests.faults.table import record

QUARTERS = rounds(2, 60)
ACCOUNTS = rounds(2, 20)
DAYS = 91
_MOST_A_SITE = 1.0
_IN_TIME = 0.95


def test_quiet_quarters(capsys: pytest.CaptureFixture[str]) -> None:
    """Every month begins some of them: with New Year, the holidays of May, summer, Black Friday."""
    sites = alarms = most = 0
    for number in range(QUARTERS):
        counted = _false_alarms(f"{SEED}/{number}", date(2024 + number % 3, 1 + 5 * number % 12, 1))
        sites += len(counted)
        alarms += sum(counted.values())
        most = max(most, *counted.values())
    with capsys.disabled():
        print(f"\nseed {SEED}: {alarms} false alarms in {sites} quarters of sites, at most {most}")
    record("quiet quarters", sites=sites, false_alarms=alarms, most_of_a_site=float(most))
    assert alarms <= _MOST_A_SITE * sites


def _false_alarms(seed: str, begins: date) -> dict[str, int]:
    """Of one quarter, by site; those of the whole account count for its first site. One silence,
    told again after a lull, is one alarm."""
    account = made_account(seed, begins, DAYS)
    counted = {str(site.site_id): 0 for site in account.sites}
    since = account.begins.toordinal() * 24
    seen: set[tuple[str, str, float]] = set()
    for look, _ in looks(account, account.leads(), since, since + DAYS * 24):
        for found in look.found:
            key = (found.kind, found.subject, found.since)
            if key not in seen:
                seen.add(key)
                site = f"{found.figures.get('site', '')}".partition(",")[0]
                counted[site if site in counted else next(iter(counted))] += 1
    return counted


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.__name__)
def test_faults(kind: Kind, capsys: pytest.CaptureFixture[str]) -> None:
    """Where twelve of the leads that it takes away are usual in four working hours."""
    found = [noticed(kind, f"{SEED}/{number}") for number in range(ACCOUNTS)]
    in_time = sum(one.is_in_time for one in found)
    right = sum(one.is_right for one in found)
    hours = median(one.hours for one in found)
    with capsys.disabled():
        print(f"\nseed {SEED}: {kind.__name__}: {in_time} of {ACCOUNTS} in time, {right} right,")
        print(f"half of them within {hours} working hours")
    record(kind.__name__, accounts=ACCOUNTS, in_time=in_time, right=right, median_hours=hours)
    # Of twenty one may be missed, as of fewer: chance has its share.
    missed = max(1, round(ACCOUNTS * (1 - _IN_TIME)))
    assert in_time >= ACCOUNTS - missed
    assert right >= ACCOUNTS - missed
