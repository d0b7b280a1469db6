"""The demo over what an earlier one left, and where a port is taken."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

from tests.road.demo import OTHERS, demo, link_in, look_at_the_pages


def test_it_starts_over_and_takes_another_port(tmp_path: Path) -> None:
    with demo(tmp_path, OTHERS) as (first, _):
        pass
    assert first.returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environ = OTHERS | {
            "CALLTOUCH_DASHBOARDS_PORT": str(port),
            "CALLTOUCH_TIMEZONE": "not for the demo",
        }
        with demo(tmp_path, environ) as (second, told):
            assert f"Port {port} is taken: the dashboards will be on " in told[0]
            assert f" {urlsplit(link_in(told)).port} " in told[0]
            look_at_the_pages(told)
    assert second.returncode == 0
