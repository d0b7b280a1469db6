"""How parcels are getting on, as metrics, doctor and alerts tell it."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analytics.alerts.trouble import AlertRecord
from calltouch.doctor.finding import Finding
from calltouch.doctor.parcels import CHECKS
from receiver.alerts.parcels import ParcelTroubles
from receiver.data_dir import DataDir
from receiver.ops.shipping_metrics import ShippingMetrics
from receiver.ops.shipping_state import HostState, ShippingState, shipping_remark, write_state
from receiver.settings.settings import Settings

NOW = 1_790_000_000.0
ANNA = HostState("anna", 7, 7, 0, 0, None, NOW - 1, NOW - 900, NOW, None, None, None)
SILENT = replace(ANNA, host="boris", heard_at=NOW - 600, waiting_bytes=123)
QUEUED = replace(ANNA, host="clara", taken=5, oldest_at=NOW - 400)
BEHIND = replace(ANNA, host="erik", addresses_behind=40.0)
REPLACED = replace(ANNA, host="dora", replaced_at=NOW - 60, replaced_bytes=99, missing=2)


@pytest.fixture
def center(tmp_path: Path) -> Settings:
    return Settings.load(
        {"CALLTOUCH_DATA_DIR": str(tmp_path), "CALLTOUCH_PARCELS": "host=127.0.0.1"}
    )


def say(settings: Settings, *hosts: HostState, trouble: str | None = None, ago: float = 0) -> None:
    since = time.time() - ago if trouble else None
    state = ShippingState("take", "", time.time(), trouble, since, hosts=hosts)
    write_state(DataDir(settings.data_dir).shipping, state)


def found(settings: Settings) -> list[Finding]:
    return [finding for check in CHECKS for finding in check(settings)]


def troubles(
    settings: Settings, watched: float = 3_600, known: tuple[tuple[str, str], ...] = ()
) -> list[tuple[str, str]]:
    """By kind and subject."""
    now = datetime.now(UTC)
    source = ParcelTroubles(settings, now - timedelta(seconds=watched))
    before = [AlertRecord(n, *key, "", {}, now) for n, key in enumerate(known)]
    return [one.key for one in source.look(before, "", now).troubles]


def test_all_is_well(center: Settings) -> None:
    say(center, ANNA)
    assert {finding.level for finding in found(center)} == {"ok"}
    assert troubles(center) == []
    assert shipping_remark(DataDir(center.data_dir).shipping) is None


def test_a_silent_host_and_one_whose_parcels_wait_are_told(center: Settings) -> None:
    say(center, ANNA, SILENT, QUEUED)
    failing = [finding for finding in found(center) if finding.level == "fail"]
    assert [finding.check for finding in failing] == ["host boris", "host clara"]
    assert "123 bytes waited there" in failing[0].text
    assert troubles(center) == [("host_silent", "boris"), ("parcels_wait", "clara")]


def test_a_host_that_serves_other_addresses_of_flows_is_told(center: Settings) -> None:
    say(center, ANNA, BEHIND, replace(BEHIND, host="fedor", addresses_behind=4.0))
    (finding,) = [finding for finding in found(center) if finding.level == "warn"]
    assert finding.check == "host erik"
    assert "other addresses of flows" in finding.text
    text = ShippingMetrics(DataDir(center.data_dir).shipping).exposition().decode()
    assert 'calltouch_host_addresses_behind_seconds{host="erik"} 40.0' in text


def test_what_was_lost_with_a_disk_is_told(center: Settings) -> None:
    say(center, REPLACED)
    texts = [finding.text for finding in found(center) if finding.level == "warn"]
    assert len(texts) == 2
    assert "lost with its disk (99 bytes" in texts[0]
    assert "2 parcels" in texts[1]


def test_trouble_is_told_once_it_lasts(center: Settings) -> None:
    say(center, ANNA, trouble="PostgreSQL: it is away", ago=10)
    assert found(center)[0].level == "fail"
    assert troubles(center) == []
    say(center, ANNA, trouble="PostgreSQL: it is away", ago=400)
    assert troubles(center) == [("parcels_wait", "")]


def test_while_nothing_moves_what_was_wrong_is_wrong_still(center: Settings) -> None:
    silent = ("host_silent", "boris")
    say(center, ANNA, trouble="PostgreSQL: it is away", ago=10)
    assert troubles(center, known=(silent,)) == [silent]
    say(center, ANNA)
    assert troubles(center, known=(silent,)) == []


def test_a_taker_that_is_dead_is_told_but_not_right_after_a_start(center: Settings) -> None:
    assert troubles(center, watched=10) == []
    assert troubles(center) == [("parcels_wait", "")]
    assert found(center)[0].level == "fail"


def test_without_parcels_nobody_is_told_of_them(tmp_path: Path) -> None:
    settings = Settings.load({"CALLTOUCH_DATA_DIR": str(tmp_path)})
    assert found(settings) == []
    assert troubles(settings) == []
    assert ShippingMetrics(DataDir(tmp_path).shipping).exposition() == b""


def test_metrics_tell_of_each_host(center: Settings) -> None:
    say(center, ANNA, QUEUED)
    text = ShippingMetrics(DataDir(center.data_dir).shipping).exposition().decode()
    assert "calltouch_parcels_move 1.0" in text
    assert 'calltouch_host_taken{host="clara"} 5.0' in text
    assert 'calltouch_host_oldest_seconds{host="clara"} 400.0' in text
