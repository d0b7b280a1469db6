"""Podman with a store of its own, and the base image: Debian's, from its packages where no registry
of images is reached."""

import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
STORE = ROOT / ".container"
IMAGE, BASE = "calltouch-receiver", "docker.io/library/debian:bookworm-slim"
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
_BUILD_SECONDS, _SECONDS = 1200, 120


def podman(*arguments: str, seconds: float = _SECONDS) -> str:
    """What it prints; it must succeed."""
    done = _podman(*arguments, seconds=seconds)
    assert done.returncode == 0, f"{arguments}: {done.stdout[-2000:]} {done.stderr[-2000:]}"
    return done.stdout.strip()


def succeeds(*arguments: str) -> bool:
    return _podman(*arguments).returncode == 0


def _podman(*arguments: str, seconds: float = _SECONDS) -> subprocess.CompletedProcess[str]:
    own = ["--root", f"{STORE}/store", "--runroot", f"{STORE}/run", "--runtime", "runc"]
    command = ["podman", *own, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=seconds)


def build() -> None:
    """Skips where there is no engine that may build."""
    if shutil.which("podman") is None or shutil.which("runc") is None:
        pytest.skip("no podman with runc")
    STORE.mkdir(exist_ok=True)
    if not succeeds("image", "exists", BASE):
        _make_base()
    # Behind a company's proxy its own authority is among this machine's.
    trusted = ["--volume", f"{AUTHORITIES}:{AUTHORITIES}:ro"] if AUTHORITIES.exists() else []
    podman(
        *("build", "--format", "docker", "--isolation", "chroot", "--network", "host", *trusted),
        *("--ignorefile", f"{ROOT}/deploy/Dockerfile.dockerignore", "--tag", IMAGE),
        *("--file", f"{ROOT}/deploy/Dockerfile", str(ROOT)),
        seconds=_BUILD_SECONDS,
    )


def _make_base() -> None:
    if succeeds("pull", BASE):
        return
    if shutil.which("debootstrap") is None:
        pytest.skip("no registry of images, and no debootstrap to make the base image")
    tree, packed = STORE / "base", STORE / "base.tar"
    command = ["debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm"]
    subprocess.run([*command, tree], check=True, capture_output=True, timeout=_BUILD_SECONDS)
    subprocess.run(["tar", "-C", tree, "-cf", packed, "."], check=True, timeout=_SECONDS)
    podman("import", str(packed), BASE)
    shutil.rmtree(tree)
    packed.unlink()


@dataclass(frozen=True, slots=True)
class Container:
    name: str

    def run(self, *command: str) -> str:
        return podman("exec", self.name, *command)

    def may(self, *command: str, **environ: str) -> bool:
        given = [f"--env={name}={value}" for name, value in environ.items()]
        return succeeds("exec", *given, self.name, *command)

    @property
    def state(self) -> str:
        return podman("inspect", self.name, "--format", "{{.State.Status}} {{.State.ExitCode}}")


@contextmanager
def running(name: str, options: list[str], **environ: str) -> Iterator[Container]:
    """Removed at the end with its volumes. On the host's network: the ports must be free."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    given = [f"--env={name}={value}" for name, value in environ.items()]
    limits = [f"--ulimit=nofile={hard}:{hard}", "--ulimit=nproc=4096:4096"]
    podman("run", "--detach", "--name", name, "--network=host", *limits, *options, *given, IMAGE)
    try:
        yield Container(name)
    finally:
        podman("rm", "--force", "--volumes", name)
