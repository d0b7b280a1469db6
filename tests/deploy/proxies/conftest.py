"""One server for all proxies; a proxy of each kind in front of it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.deploy.proxies.running import (
    BASE,
    KINDS,
    Certificates,
    Proxy,
    ProxyKind,
    Upstream,
    running,
)
from tests.road.server import Server, serving

# The proxy's address is trusted, that of clients is another one.
ADDRESSES = {
    "CALLTOUCH_ALLOWED_NETWORKS": "127.0.0.2/32",
    "CALLTOUCH_TRUSTED_PROXIES": "127.0.0.1",
    "CALLTOUCH_METRICS_NETWORKS": "127.0.0.1/32",
}


def upstream_of(server: Server) -> Upstream:
    ports = (urlsplit(url).port for url in (server.receiver, server.dashboards))
    return Upstream(*(port or 0 for port in ports))


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.make(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("behind") / "data"
    with serving(data, **ADDRESSES, CALLTOUCH_BASE_PATH=BASE) as server:
        yield server


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> ProxyKind:
    assert isinstance(request.param, ProxyKind)
    return request.param


@pytest.fixture
def proxy(
    kind: ProxyKind, tmp_path: Path, server: Server, certificates: Certificates
) -> Iterator[Proxy]:
    """The example as it is."""
    with running(kind, tmp_path, upstream_of(server), certificates) as proxy:
        yield proxy


@pytest.fixture
def based(
    kind: ProxyKind, tmp_path: Path, server: Server, certificates: Certificates
) -> Iterator[Proxy]:
    """The same, of a host that has other things as well."""
    with running(kind, tmp_path, upstream_of(server), certificates, based=True) as proxy:
        yield proxy
