"""A host that ships and one that takes, as they run."""

from pathlib import Path

from psycopg.conninfo import make_conninfo

from tests.faults.flows.flow_load import begin_flow, environment
from tests.faults.flows.target import recording
from tests.postgres import PASSWORD, PostgresServer, postgres
from tests.road.server import serving, wait_until

__all__ = ["postgres"]


def test_from_a_sender_over_another_host_to_the_target(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    """And what is not for flows, into the published file of the host that takes."""
    parcels = {
        "CALLTOUCH_PARCELS": make_conninfo(postgres.new_database(), password=PASSWORD),
        "CALLTOUCH_KEYED_SECONDS": "0",
    }
    ships = {"CALLTOUCH_PARCELS_ROLE": "ship", "CALLTOUCH_HOST_NAME": "anna"}
    takes = {"CALLTOUCH_PARCELS_ROLE": "take", "CALLTOUCH_HOST_NAME": "center"}
    with recording(0.0) as target:
        path = begin_flow(tmp_path / "center", target)
        with (
            serving(tmp_path / "center", **parcels, **takes, **environment(target)) as center,
            serving(tmp_path / "anna", **parcels, **ships) as anna,
        ):
            assert anna.send("leadtype=call&id=1").status_code == 200
            wait_until(lambda: anna.send("id=2&key=7", path).status_code == 200, 20)
            for server in (anna, center):
                settled = server.calltouch("settle", "--timeout", "60")
                assert settled.returncode == 0, settled.stderr
            wait_until(lambda: len(target.arrivals) == 2, 20)
            assert [(sent.method, sent.id) for sent in target.arrivals] == [("POST", 2), ("PUT", 2)]
            assert center.ask("select lead_id from leads") == [(1,)]
