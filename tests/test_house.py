"""The house keeps its shape: which way imports go, how long files and functions are, names."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from calltouch.cli import COMMANDS
from receiver.settings.registry import SETTINGS
from receiver.settings.settings import PREFIX

ROOT = Path(__file__).parent.parent
PACKAGES = ("calltouch", "receiver", "analytics", "dashboards", "simulator")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
EVERYTHING = sorted([*SOURCES, *(ROOT / "tests").rglob("*.py"), ROOT / "wsgi.py"])
# "managers" is the field's word: those whom a site's calls are assigned to.
BANNED = re.compile(
    r"(^|_)(utils?|helpers?|common|core|base|handler|service|processor)s?$|(^|_)manager$"
)
HEAVY = ("duckdb", "pandas", "plotly", "pyarrow", "numpy")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}: relative import"
            yield node.module or ""


def imported_packages(path: Path) -> set[str]:
    return {module.split(".")[0] for module in imports(path)}


KNOWN = {
    "analytics": set[str](),
    "simulator": set[str](),
    "receiver": {"analytics"},
    "dashboards": {"analytics"},
    "calltouch": {"analytics", "receiver", "dashboards", "simulator"},
}
"""Which packages each may import: down only, and the face alone knows them all."""


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_imports_go_down_only(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    assert imported_packages(path) & {*PACKAGES} <= {package, *KNOWN[package]}


def test_analytics_knows_nothing_of_http() -> None:
    for path in (ROOT / "analytics").rglob("*.py"):
        assert not imported_packages(path) & {"flask", "requests"}, name(path)


@pytest.mark.parametrize("module", ["receiver.ingest.web", "calltouch.cli.serve"])
def test_what_must_stay_small_reaches_nothing_heavy(module: str) -> None:
    """A worker of the receiver, and the supervisor, never load the store's libraries."""
    code = f"import sys, {module}; print(*(m for m in {HEAVY} if m in sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


@pytest.mark.parametrize("path", EVERYTHING, ids=name)
def test_files_and_functions_are_short(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= 300 or name(path).startswith("tests/"), "more than 300 lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, f"{node.name} is too long"


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_names_say_what_happens_there(path: Path) -> None:
    for part in path.relative_to(ROOT).with_suffix("").parts:
        assert not BANNED.search(part), part


def test_the_readme_names_every_setting_and_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = [PREFIX + setting.name.upper() for setting in SETTINGS]
    assert [text for text in names if f"`{text}`" not in readme] == []
    assert [command for command in COMMANDS if f"`calltouch {command}`" not in readme] == []
