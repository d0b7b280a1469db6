"""One lead sent over and over: a monitor that posts a sample, a resend in a loop."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from analytics.compare import compare
from receiver.data_dir import DataDir
from receiver.digest.rebuild import rebuild
from receiver.inbox.delivery import Delivery
from receiver.settings.settings import Settings
from tests.faults.duckdb.stores import settings_for
from tests.faults.rounds import rounds
from tests.faults.table import record
from tests.receiver.deliveries import call, put

# DuckDB may take 500 MB; all of digest takes no more than this, whatever the lead.
_MOST_MIB = 1_000
_LINK = "https://shop.example/?" + "x" * 700


def monitor(number: int) -> Delivery:
    """The same sample each time."""
    return call(1, callphase="calldisconnected", status="successful", url=_LINK)


def three_samples(number: int) -> Delivery:
    """A start, an end and a change, in a loop; two of three are late."""
    return (
        call(1, 1695673778, callphase="callconnected", status="null", url=_LINK),
        call(1, 1695673838, callphase="calldisconnected", status="successful", url=_LINK),
        call(1, 1695673868, manager="Борис", changedFields="manager", tags_manual="a,b"),
    )[number % 3]


def both_models(number: int) -> Delivery:
    """The same of two webhooks, so that a resent one is not beside its like."""
    model = str(number % 2)
    one = three_samples(number // 2)
    body = one.body + f"&attribution={model}&note={model}".encode()
    return replace(one, webhook=("last-touch", "default")[number % 2], body=body)


def always_new(number: int) -> Delivery:
    """Each in order, and each a change."""
    return call(
        1, 1695673778 + number, duration=str(number), comment="x" * (number % 300), url=_LINK
    )


@pytest.mark.parametrize("make", [monitor, three_samples, both_models, always_new])
def test_one_lead_with_very_many_deliveries_is_folded_like_any_other(
    tmp_path: Path, make: Callable[[int], Delivery]
) -> None:
    settings = settings_for(tmp_path)
    count = rounds(1_500, 60_000)
    peak_mib = 0
    for start, end in ((0, count - 300), (count - 300, count)):
        put(settings, (make(number) for number in range(start, end)))
        peak_mib = max(peak_mib, _digest(settings))
    assert peak_mib < _MOST_MIB
    found = _outcomes(settings)
    assert sum(found.values()) == count
    assert set(found) <= {"created", "updated", "unchanged"}
    rebuilt = tmp_path / "rebuilt.duckdb"
    rebuild(settings, rebuilt)
    comparison = compare(DataDir(tmp_path).published, rebuilt, ("digest", "rebuild"))
    assert comparison.differing == dict.fromkeys(comparison.differing, 0)
    record("T-31 one lead, very many deliveries", deliveries=count, peak_MiB=float(peak_mib))


def _digest(settings: Settings) -> int:
    """Once; the memory that it takes at most, in MiB."""
    environ = {**os.environ, "CALLTOUCH_DATA_DIR": str(settings.data_dir)}
    command = [sys.executable, "-m", "calltouch.cli", "digest", "--once"]
    with subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    assert isinstance(usage, resource.struct_rusage)
    return usage.ru_maxrss // 1024


def _outcomes(settings: Settings) -> dict[str, int]:
    with duckdb.connect(str(DataDir(settings.data_dir).published), read_only=True) as db:
        query = "select outcome, count(*) from deliveries group by outcome"
        return dict(db.execute(query).fetchall())
