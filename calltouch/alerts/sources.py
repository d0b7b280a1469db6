"""What looks whether something is wrong, and how often."""

import sys
import threading
from datetime import datetime, timedelta

from flows.alerts import FlowTroubles
from receiver.alerts.installation import InstallationTroubles
from receiver.alerts.losses import ReconciledLosses
from receiver.alerts.outside import OutsideLook
from receiver.alerts.parcels import ParcelTroubles
from receiver.alerts.refused import RefusedDeliveries, answered_counts
from receiver.alerts.watch import WatchedSource
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings

_OFTEN, _NOW_AND_THEN, _SELDOM = 15.0, 60.0, 300.0
SIGNS = frozenset(
    (
        *("silence", "webhook_silence", "site_silence", "number_silence", "utm_lost"),
        *("leads_filtered", "slow_calls", "quarantined", "losses"),
    )
)
"""What the published file says (calltouch/alerts/signs.py)."""

RULES = frozenset(("rule", "rule_broken"))
"""What rules of one's own say (calltouch/alerts/judging.py)."""


def watched_sources(
    settings: Settings, begun: datetime, stop: threading.Event
) -> tuple[WatchedSource, ...]:
    place = DataDir(settings.data_dir)
    settles = timedelta(seconds=settings.alert_pauses[0])
    flows = FlowTroubles(place.flows_store, settles, settings.flow_history_max_bytes)
    refused = RefusedDeliveries(lambda: answered_counts(settings.data_dir))
    # Whatever else `serve` starts goes first.
    first_at = begun + timedelta(seconds=_NOW_AND_THEN)
    command = (sys.executable, "-m", "calltouch.cli", "alert", "look")
    return (
        WatchedSource(flows, _OFTEN),
        WatchedSource(InstallationTroubles.of(settings, begun), _NOW_AND_THEN),
        WatchedSource(ParcelTroubles(settings, begun), _NOW_AND_THEN),
        WatchedSource(ReconciledLosses(place.state), _NOW_AND_THEN),
        WatchedSource(refused, _NOW_AND_THEN),
        WatchedSource(OutsideLook("signs", SIGNS, (*command, "signs"), stop), _SELDOM, first_at),
        WatchedSource(OutsideLook("rules", RULES, (*command, "rules"), stop), _SELDOM, first_at),
    )
