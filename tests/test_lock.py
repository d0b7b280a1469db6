"""The locks of deploy/: what is deployed is what pyproject.toml asks for, byte for byte."""

import re
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCKS = {
    "deploy/requirements.lock": (),
    "deploy/many-hosts/requirements.lock": ("parcels", "lake"),
}
# A line for each package, its hashes below it; a version per Python where they differ.
LINE = re.compile(
    r"^([a-z0-9.-]+)==(\S+) ; ([^\\\n]+)\\\n((?: +--hash=sha256:[0-9a-f]{64}.*\n)+)", re.M
)


def written(lock: str) -> str:
    return (ROOT / lock).read_text(encoding="utf-8")


def locked(lock: str, python: str, machine: str) -> dict[str, list[str]]:
    """The versions of each package that a Linux machine with this Python installs."""
    place = {
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "linux",
        "platform_machine": machine,
    }
    versions = defaultdict(list)
    for package, version, marker, _ in LINE.findall(written(lock)):
        condition = Requirement(f"{package} ; {marker}").marker
        assert condition is not None
        if condition.evaluate(place):
            versions[package].append(version)
    return versions


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_every_dependency_is_locked_within_its_range(lock: str, python: str, machine: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [project["optional-dependencies"][extra] for extra in LOCKS[lock]]
    wanted = [Requirement(text) for text in sum(extras, project["dependencies"])]
    versions = locked(lock, python, machine)
    assert {package: found for package, found in versions.items() if len(found) != 1} == {}
    unmet = [
        str(requirement)
        for requirement in wanted
        if not any(
            requirement.specifier.contains(version)
            for version in versions.get(canonicalize_name(requirement.name), [])
        )
    ]
    assert unmet == [], "make lock"


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_has_hashes_and_names_no_host(lock: str) -> None:
    text = written(lock)
    assert len(LINE.findall(text)) == len(re.findall(r"^[a-z]", text, re.MULTILINE))
    assert not re.search(r"https?:|--(?:extra-)?index|--find-links|--trusted", text)


def test_the_wheel_has_every_package() -> None:
    """With all that stands in them: SQL, texts, definitions to begin with."""
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]
    apart = {"tests", "docs", "bench", "deploy"}
    packages = {path.parent.name for path in ROOT.glob("[a-z]*/__init__.py")} - apart
    assert packages <= {*build["build"]["targets"]["wheel"]["packages"]}
    assert len(packages) > 5
