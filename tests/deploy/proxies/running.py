"""A proxy run by the example in deploy/, but for its ports, its host and its certificate."""

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.client import HTTPSConnection
from pathlib import Path

import trustme

from tests.road.server import wait_until

DEPLOY = Path(__file__).parents[3] / "deploy"
HOST = "localhost"
BASE = "/calltouch"
START_SECONDS = 20.0
# As Debian's own, which includes /etc/nginx/conf.d: with gzip, which may hold a page back.
_NGINX = """daemon off;
user root;
pid {folder}/nginx.pid;
events {{}}
http {{
    gzip on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    include {folder}/nginx.conf;
}}
"""
_CADDY = "{\n\tadmin off\n\tauto_https disable_redirects\n}\n"


@dataclass(frozen=True, slots=True)
class Certificates:
    """Of an authority that only these tests trust."""

    authority: Path
    chain: Path
    key: Path
    both: Path

    @classmethod
    def make(cls, folder: Path) -> "Certificates":
        made = cls(*(folder / name for name in ("ca.pem", "chain.pem", "key.pem", "both.pem")))
        authority = trustme.CA()
        issued = authority.issue_cert(HOST)
        authority.cert_pem.write_to_path(str(made.authority))
        for pem in issued.cert_chain_pems:
            pem.write_to_path(str(made.chain), append=True)
        issued.private_key_pem.write_to_path(str(made.key))
        issued.private_key_and_cert_chain_pem.write_to_path(str(made.both))
        return made


@dataclass(frozen=True, slots=True)
class Upstream:
    """Ports of what is behind it."""

    receiver: int
    dashboards: int

    @property
    def addresses(self) -> dict[str, int]:
        """Ports by the example's addresses."""
        return {"127.0.0.1:8000": self.receiver, "127.0.0.1:8001": self.dashboards}


@dataclass(frozen=True, slots=True)
class ManyHosts(Upstream):
    """`receiver` and `dashboards` are the center's, whose receiver nobody asks."""

    anna: int
    boris: int

    @property
    def addresses(self) -> dict[str, int]:
        return {
            "10.0.0.10:8001": self.dashboards,
            "10.0.0.11:8000": self.anna,
            "10.0.0.12:8000": self.boris,
        }


@dataclass(frozen=True, slots=True)
class ProxyKind:
    """`based`: what an example is changed in for a base path, as deploy/README.md says."""

    name: str
    example: str
    based: Mapping[str, str]
    own: Callable[[Certificates, int], dict[str, str]]
    command: Callable[[Path], list[str]]
    wrapper: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True)
class Proxy:
    port: int
    trust: ssl.SSLContext = field(repr=False)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"

    def connect(self, source: str = "127.0.0.2") -> HTTPSConnection:
        """Of a client that has an address of its own: the proxy's is 127.0.0.1."""
        return HTTPSConnection(
            HOST, self.port, timeout=60, context=self.trust, source_address=(source, 0)
        )


NGINX = ProxyKind(
    "nginx",
    "nginx.conf",
    {"location / {": f"location {BASE} {{", '"^/(': f'"^{BASE}/('},
    lambda pems, port: {
        "listen 443 ": f"listen 127.0.0.1:{port} ",
        "/etc/ssl/leads.example.pem": str(pems.chain),
        "/etc/ssl/leads.example.key": str(pems.key),
    },
    lambda folder: ["nginx", "-p", str(folder), "-c", str(folder / "wrapper"), "-e", "stderr"],
    wrapper=_NGINX,
)
CADDY = ProxyKind(
    "caddy",
    "Caddyfile",
    {"handle {": f"handle {BASE}* {{", "^/(": f"^{BASE}/("},
    lambda pems, port: {"leads.example {": f"{HOST}:{port} {{\n\ttls {pems.chain} {pems.key}"},
    lambda folder: ["caddy", "run", "--adapter", "caddyfile", "--config", f"{folder}/Caddyfile"],
    head=_CADDY,
)
HAPROXY = ProxyKind(
    "haproxy",
    "haproxy.cfg",
    {
        "default_backend dashboards": f"use_backend dashboards if {{ path_beg {BASE} }}",
        "^/(": f"^{BASE}/(",
    },
    lambda pems, port: {
        "bind :443 ": f"bind 127.0.0.1:{port} ",
        "/etc/ssl/leads.example.both.pem": str(pems.both),
    },
    lambda folder: ["haproxy", "-db", "-f", f"{folder}/haproxy.cfg"],
)
KINDS = (NGINX, CADDY, HAPROXY)
BALANCER = replace(NGINX, name="balancer", example="many-hosts/nginx.conf", based={})


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running(
    kind: ProxyKind, folder: Path, upstream: Upstream, pems: Certificates, *, based: bool = False
) -> Iterator[Proxy]:
    port = free_port()
    _write(kind, folder, upstream, kind.own(pems, port) | (dict(kind.based) if based else {}))
    environ = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            kind.command(folder), env=environ, cwd=folder, stdout=log, stderr=log
        )
    try:
        wait_until(lambda: process.poll() is not None or _listens(port), START_SECONDS)
        assert process.poll() is None, (folder / "log").read_text()
        yield Proxy(port, ssl.create_default_context(cafile=str(pems.authority)))
    finally:
        process.terminate()
        process.wait(30)


def _write(kind: ProxyKind, folder: Path, upstream: Upstream, changes: dict[str, str]) -> None:
    """What is changed must be there: else the example is another one than this test knows."""
    written = (DEPLOY / kind.example).read_text(encoding="utf-8")
    changes |= {own: f"127.0.0.1:{port}" for own, port in upstream.addresses.items()}
    for example, own in changes.items():
        assert written.count(example) == 1, f"{kind.example}: {example}"
        written = written.replace(example, own)
    (folder / Path(kind.example).name).write_text(
        kind.head + written.replace("leads.example", HOST)
    )
    (folder / "wrapper").write_text(kind.wrapper.format(folder=folder))


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
