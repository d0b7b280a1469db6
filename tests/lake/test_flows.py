"""Flows read leads that changed from a lake, and wait for it while it is away."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from analytics.lake.address import LakeAddress
from flows.running.progress import Tools
from flows.sources.published_leads import PublishedLeads
from flows.store.writer import StoreWriter
from receiver.digest.running import Digest
from receiver.published import published_source
from receiver.settings.settings import Settings
from tests.flows.running.conftest import Bodies, Flows, flows, sent, target
from tests.lake.lakes import asked, on_lake
from tests.postgres import PostgresServer
from tests.receiver.deliveries import call, put

__all__ = ["flows", "sent", "target"]

FLOW = """
[source]
kind = "lead"
recheck = true
when = [{field = "status", is = "unsuccessful"}]
[[steps]]
kind = "find_lead"
name = "known"
by.caller_phone = "{{caller_phone}}"
[[steps]]
kind = "http"
url = "{url}/200"
body.text = "{{lead_id}} {{known.lead_id}}"
"""


@dataclass
class LakeFlows(Flows):
    settings: Settings | None = None

    def tools(self, store: StoreWriter) -> Tools:
        assert self.settings is not None
        leads = PublishedLeads(published_source(self.settings))
        return replace(super().tools(store), leads=leads)


@pytest.fixture
def on_a_lake(flows: Flows, address: LakeAddress) -> Iterator[LakeFlows]:
    settings = on_lake(replace(Settings.load(), data_dir=flows.place.root), address)
    yield LakeFlows(flows.place, flows.target, settings=settings)


def missed(number: int) -> dict[str, str]:
    happened = datetime.now(UTC).timestamp() - 60
    return {
        "status": "unsuccessful",
        "timestamp": f"{happened:.0f}",
        "callerphone": f"7999000112{number}",
    }


def test_a_lead_that_changed_starts_a_flow(
    on_a_lake: LakeFlows, address: LakeAddress, sent: Bodies, postgres: PostgresServer
) -> None:
    lake = on_a_lake.settings
    assert lake is not None
    now = int(datetime.now(UTC).timestamp())
    put(lake, [call(1, now, **missed(1))])
    Digest(lake).finish()
    on_a_lake.apply("one", FLOW)
    on_a_lake.run()
    put(lake, [call(2, now, **missed(2)), call(3, now, status="successful")])
    Digest(lake).finish()
    on_a_lake.run()
    assert sent("200") == ["2 2"]
    on_a_lake.add_lead("one", 1, caller_phone="79990001121")
    postgres.stop()
    try:
        on_a_lake.run()
    finally:
        postgres.start()
    assert on_a_lake.states() == [("done", ""), ("waiting", "leads-away")]
    on_a_lake.ahead = 20.0
    on_a_lake.run()
    assert on_a_lake.states() == [("done", ""), ("done", "")]
    assert sent("200") == ["2 2", "1 1"]
    Digest(lake).finish()
    assert asked(address, "select count(*) from flow_operations") == [(2,)]
