"""`make container`: the image is built, and does its work with no more rights than compose.yaml
gives it. Minutes, so `make proofs` leaves it to `make faults`."""

import json
import os
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import requests
from ruamel.yaml import YAML

from tests.deploy.container.engine import ROOT, Container, build, podman, running
from tests.deploy.proxies.running import free_port
from tests.faults.rounds import EXTENT
from tests.road.server import is_ready, wait_until

pytestmark = pytest.mark.skipif(EXTENT != "full", reason="make container builds and runs it")
READY_SECONDS = 90.0
LEADS = """import duckdb
with duckdb.connect("/data/calltouch.duckdb", read_only=True) as db:
    print(db.sql("select list(lead_id order by lead_id) from leads").fetchone()[0])
"""


def options_of(compose: dict[str, Any]) -> list[str]:
    """What compose.yaml says of the container, in the engine's own words."""
    own = compose["services"]["calltouch"]
    return [
        *(f"--cap-drop={name}" for name in own["cap_drop"]),
        *(f"--security-opt={name.partition(':')[0]}" for name in own["security_opt"]),
        *(f"--tmpfs={path}" for path in own["tmpfs"]),
        f"--shm-size={own['shm_size']}",
        f"--read-only={str(own['read_only']).lower()}",
    ]


@pytest.fixture(scope="module")
def ports() -> dict[str, str]:
    return {
        "CALLTOUCH_PORT": str(free_port()),
        "CALLTOUCH_DASHBOARDS_PORT": str(free_port()),
        "CALLTOUCH_ALLOWED_NETWORKS": "127.0.0.0/8",
    }


@pytest.fixture(scope="module")
def container(ports: dict[str, str]) -> Iterator[Container]:
    build()
    options = options_of(YAML(typ="safe").load(ROOT / "deploy" / "compose.yaml"))
    with running(f"calltouch-{os.getpid()}", options, **ports) as container:
        wait_until_ready(ports)
        yield container


def wait_until_ready(ports: dict[str, str]) -> None:
    for name in ("CALLTOUCH_PORT", "CALLTOUCH_DASHBOARDS_PORT"):
        wait_until(partial(is_ready, f"http://127.0.0.1:{ports[name]}"), READY_SECONDS)


def test_it_is_nobody_and_writes_only_its_data(container: Container) -> None:
    assert container.run("id", "--user") == "10001"
    assert [path for path in ("/x", "/opt/x", "/etc/x") if container.may("touch", path)] == []
    assert container.may("touch", "/data/x", "/tmp/x")
    assert "CapEff:\t0000000000000000" in container.run("cat", "/proc/1/status")


def test_only_what_runs_is_in_it(container: Container) -> None:
    found = container.run("find", "/opt", "/data", "-name", "*.env", "-o", "-name", ".git")
    assert found == ""
    assert not container.may("which", "gcc")
    assert not container.may("which", "git")


def test_its_health_is_that_of_both_ports(container: Container, ports: dict[str, str]) -> None:
    podman("healthcheck", "run", container.name)
    said = podman("inspect", container.name, "--format", "{{json .Config.Healthcheck.Test}}")
    kind, *command = json.loads(said)
    assert kind == "CMD"
    assert container.may(*command)
    nobody = str(free_port())
    for name in ("CALLTOUCH_PORT", "CALLTOUCH_DASHBOARDS_PORT"):
        assert not container.may(*command, **{name: nobody})


def test_what_it_accepted_outlives_it(container: Container, ports: dict[str, str]) -> None:
    """Stopped in order, within what compose.yaml grants, and started again over its volume."""
    webhook = f"http://127.0.0.1:{ports['CALLTOUCH_PORT']}/webhook"
    for round_ in (1, 2):
        body = {"leadtype": "call", "id": str(round_), "callerphone": "79990001122"}
        assert requests.post(webhook, data=body, timeout=30).text == "OK"
        container.run("calltouch", "settle", "--timeout", "60")
        assert container.run("python", "-c", LEADS) == str(list(range(1, round_ + 1)))
        podman("stop", "--time", "20", container.name)
        assert container.state == "exited 0"
        podman("start", container.name)
        wait_until_ready(ports)
