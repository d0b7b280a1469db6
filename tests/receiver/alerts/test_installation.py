"""What may be wrong with the installation is noticed, and is over when it is."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import run

import pytest

from analytics.alerts.trouble import AlertRecord
from receiver.alerts.installation import InstallationTroubles, newest_metrics
from receiver.alerts.losses import ReconciledLosses
from receiver.data_dir import DataDir
from receiver.inbox.watermark import Watermark
from receiver.ops.metrics import forget
from receiver.reconcile.comparing import ReconciledDay
from receiver.reconcile.results import Results
from receiver.settings.settings import Settings

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PLENTY = 10 << 30


@dataclass
class Installation:
    """Looks with a memory of what it found before."""

    source: InstallationTroubles
    known: list[AlertRecord] = field(default_factory=list)

    def look(self, now: datetime = NOW) -> list[str]:
        found = self.source.look(self.known, "", now).troubles
        self.known = [
            AlertRecord(1, one.kind, one.subject, "", one.figures, one.since, now) for one in found
        ]
        return [one.kind for one in found]

    def with_metrics(self, **metrics: float) -> None:
        self.source = replace(self.source, metrics=lambda: metrics)

    def with_free(self, free: int) -> None:
        self.source = replace(self.source, free_bytes=lambda: free)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    settings = Settings.load({"CALLTOUCH_DATA_DIR": str(tmp_path)})
    DataDir(tmp_path).inbox.mkdir()
    begun = NOW - timedelta(hours=1)
    return Installation(InstallationTroubles(settings, begun, lambda: PLENTY, dict))


def test_a_new_installation_has_nothing_wrong(installation: Installation) -> None:
    assert installation.look() == []


def test_a_disk_that_fills_up(installation: Installation) -> None:
    installation.with_free(100 << 20)
    assert installation.look() == ["disk_full"]
    assert installation.known[0].figures == {"free_mib": 100}
    installation.with_free(PLENTY)
    assert installation.look() == []


def test_a_digest_that_does_not_move(installation: Installation, tmp_path: Path) -> None:
    watermark = Watermark(DataDir(tmp_path).inbox)
    watermark.raise_to(int((NOW - timedelta(minutes=14)).timestamp() * 1e9))
    assert installation.look() == []
    assert installation.look(NOW + timedelta(minutes=2)) == ["digest_behind"]
    watermark.raise_to(int(NOW.timestamp() * 1e9))
    assert installation.look(NOW + timedelta(minutes=2)) == []


def test_what_stood_still_while_nobody_watched_has_a_while(
    installation: Installation, tmp_path: Path
) -> None:
    """But what was told of goes on until it is over, whoever was restarted meanwhile."""
    Watermark(DataDir(tmp_path).inbox).raise_to(1)
    installation.source = replace(installation.source, begun=NOW)
    assert installation.look() == []
    assert installation.look(NOW + timedelta(minutes=16)) == ["digest_behind"]
    installation.source = replace(installation.source, begun=NOW + timedelta(minutes=17))
    assert installation.look(NOW + timedelta(minutes=17)) == ["digest_behind"]


def test_what_waits_while_the_file_grows_old(installation: Installation, tmp_path: Path) -> None:
    place = DataDir(tmp_path)
    Watermark(place.inbox).raise_to(int(NOW.timestamp() * 1e9))
    place.published.write_bytes(b"")
    an_hour_ago = (NOW - timedelta(hours=1)).timestamp()
    os.utime(place.published, (an_hour_ago, an_hour_ago))
    assert installation.look() == [], "nothing has come since"
    installation.with_metrics(inbox_pending_bytes=3 << 20)
    assert installation.look() == ["digest_behind"]
    assert installation.known[0].figures["pending_mib"] == 3


def test_faults_of_the_archive_go_on_until_digest_says_otherwise(
    installation: Installation,
) -> None:
    installation.with_metrics(archive_faults=2, deliveries_lost=0, store_waits=1)
    assert installation.look() == ["archive_faults", "store_waits"]
    installation.with_metrics()
    assert installation.look() == ["archive_faults", "store_waits"]
    installation.with_metrics(archive_faults=0, deliveries_lost=0, store_waits=0)
    assert installation.look() == []


def test_what_digest_counts_is_read(tmp_path: Path) -> None:
    """Another process counts it, through files in memory."""
    counting = (
        "import sys, pathlib\nfrom receiver.ops.metrics import DigestMetrics\n"
        "metrics = DigestMetrics(pathlib.Path(sys.argv[1]))\n"
        "metrics.note_archive(2, 7)\nmetrics.pending_bytes.set(5)\n"
    )
    try:
        run([sys.executable, "-c", counting, str(tmp_path)], check=True)
        found = newest_metrics(tmp_path)
    finally:
        forget(tmp_path)
    named = {name: found[name] for name in ("archive_faults", "deliveries_lost")}
    assert named == {"archive_faults": 2, "deliveries_lost": 7}
    assert found["inbox_pending_bytes"] == 5


def test_what_reconcile_found_missing(tmp_path: Path) -> None:
    source = ReconciledLosses(tmp_path / "state.sqlite")
    results = Results(tmp_path / "state.sqlite")
    assert source.look((), "", NOW).troubles == ()
    day = NOW.date()
    lost = ReconciledDay(day, 1, "call", 3, 0, 0, (7, 8), ())
    results.note(lost, day)
    (found,) = source.look((), "", NOW).troubles
    assert (found.kind, found.count) == ("reconcile_lost", 2)
    assert found.figures["last_day"] == str(day)
    results.note(replace(lost, lost=()), day)
    found_later: Sequence[object] = source.look((), "", NOW).troubles
    assert found_later == ()
    results.close()
