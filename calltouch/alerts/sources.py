"""What looks whether something is wrong, and how often."""

from datetime import datetime, timedelta

from flows.alerts import FlowTroubles
from receiver.alerts.installation import InstallationTroubles
from receiver.alerts.losses import ReconciledLosses
from receiver.alerts.watch import WatchedSource
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings

_OFTEN, _NOW_AND_THEN = 15.0, 60.0


def watched_sources(settings: Settings, begun: datetime) -> tuple[WatchedSource, ...]:
    place = DataDir(settings.data_dir)
    settles = timedelta(seconds=settings.alert_pauses[0])
    flows = FlowTroubles(place.flows_store, settles, settings.flow_history_max_bytes)
    return (
        WatchedSource(flows, _OFTEN),
        WatchedSource(InstallationTroubles.of(settings, begun), _NOW_AND_THEN),
        WatchedSource(ReconciledLosses(place.state), _NOW_AND_THEN),
    )
