"""Dockerfile and compose.yaml, as linters read them and as the rest of the tree needs them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    read: dict[str, Any] = YAML(typ="safe").load(DEPLOY / "compose.yaml")
    return read


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def hadolint(path: Path) -> str:
    command = [f"{BIN}/hadolint", "--no-color", str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout


def test_the_linter_finds_nothing_in_the_dockerfile() -> None:
    assert hadolint(DEPLOY / "Dockerfile") == ""


def test_the_linter_would(tmp_path: Path, dockerfile: str) -> None:
    broken = tmp_path / "Dockerfile"
    broken.write_text(dockerfile.replace("FROM debian:bookworm-slim\n", "FROM debian\n"))
    assert "DL3006" in hadolint(broken)


def test_compose_yaml_is_what_compose_reads(tmp_path: Path) -> None:
    written = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    misspelt = tmp_path / "compose.yaml"
    misspelt.write_text(written.replace("read_only: true", "readonly: true"), encoding="utf-8")
    assert fits_the_schema(DEPLOY / "compose.yaml")
    assert not fits_the_schema(misspelt)


def fits_the_schema(path: Path) -> bool:
    """That of the Compose specification, which is a part of the program."""
    command = [f"{BIN}/check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, timeout=60).returncode == 0


def test_the_container_may_do_little(compose: dict[str, Any], dockerfile: str) -> None:
    own = compose["services"]["calltouch"]
    assert own["read_only"]
    assert own["cap_drop"] == ["ALL"]
    assert own["security_opt"] == ["no-new-privileges:true"]
    assert re.search(r"^USER \d{4,}:\d{4,}$", dockerfile, re.MULTILINE)
    assert "data:/data" in own["volumes"]
    assert "CALLTOUCH_DATA_DIR=/data" in dockerfile


def test_compose_reads_what_the_examples_say_that_they_become(compose: dict[str, Any]) -> None:
    services = compose["services"]
    caddyfile = services["proxy"]["volumes"][0].partition(":")[0]
    for name, path in (
        ("Caddyfile", caddyfile),
        ("calltouch.env", services["calltouch"]["env_file"]),
    ):
        assert re.match(rf"# {re.escape(path)}\b", (DEPLOY / name).read_text(encoding="utf-8"))


def test_every_package_gets_into_the_image_and_no_data_does() -> None:
    """What pyproject.toml has built must pass the list of what may be sent to the engine."""
    written = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8")
    sent = {line.removeprefix("!") for line in written.splitlines() if line.startswith("!")}
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    packages = re.search(r"^packages = \[(.*)\]$", project.partition("wheel]")[2], re.MULTILINE)
    assert packages
    # Papers, which the wheel has in another place.
    others = re.findall(
        r"^(\w+) = ", project.partition("force-include]")[2].partition("[")[0], re.M
    )
    assert others == ["docs"]
    named = {"pyproject.toml", "README.md", "LICENSE"}
    wanted = {*re.findall(r'"(\w+)"', packages[1]), *others, *named}
    assert sent == wanted | {"deploy/requirements.lock"}
    assert "\n*\n" in written
