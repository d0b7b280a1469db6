"""The house keeps its shape: which way imports go, how long files and functions are, names."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import run

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
LONG = {"analytics/reports/registry.py", "analytics/sql/reports/deliveries/auditor.sql"}
"""A register and a statement of many findings, each of which is read as one piece."""
ALONGSIDE = ("road", "faults", "recipes", "samples", "mutants")
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


def test_imports_go_down_only() -> None:
    upward = []
    for path in SOURCES:
        package = path.relative_to(ROOT).parts[0]
        unknown = (imported_packages(path) & {*PACKAGES}) - {package, *KNOWN[package]}
        upward += [f"{name(path)} imports {other}" for other in sorted(unknown)]
    assert upward == []


def test_analytics_knows_nothing_of_http() -> None:
    for path in (ROOT / "analytics").rglob("*.py"):
        assert not imported_packages(path) & {"flask", "requests"}, name(path)


@pytest.mark.parametrize("module", ["receiver.ingest.web", "calltouch.cli.serve"])
def test_what_must_stay_small_reaches_nothing_heavy(module: str) -> None:
    """A worker of the receiver, and the supervisor, never load the store's libraries."""
    code = f"import sys, {module}; print(*(m for m in {HEAVY} if m in sys.modules))"
    found = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_files_are_short() -> None:
    """Of other people's code, which lies as they wrote it, nothing is asked."""
    kinds = [path for kind in ("sql", "css", "toml") for path in ROOT.glob(f"[a-z]*/**/*.{kind}")]
    written = [path for path in (*SOURCES, *kinds) if "vendor" not in path.parts]
    lengths = {name(path): path.read_text(encoding="utf-8").count("\n") for path in written}
    assert {path for path, lines in lengths.items() if lines > 300} <= LONG


def test_functions_are_short() -> None:
    lengths = {
        f"{name(path)}: {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in EVERYTHING
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {function: lines for function, lines in lengths.items() if lines > 50} == {}


def test_names_say_what_happens_there() -> None:
    parts = {part for path in SOURCES for part in path.relative_to(ROOT).with_suffix("").parts}
    assert sorted(part for part in parts if BANNED.search(part)) == []


def test_tests_stand_in_the_room_of_what_they_test() -> None:
    """`ALONGSIDE` belongs to no room: the whole road, faults, what checks the tests themselves."""
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    rooms = {str(folder.relative_to(ROOT / "tests")) for folder in folders}
    elsewhere = {room for room in rooms if room.split("/")[0] not in ALONGSIDE}
    assert sorted(room for room in elsewhere if not (ROOT / room).is_dir()) == []


def test_sql_is_bound_never_put_together() -> None:
    statement = re.compile(r'f"""?\s*(select|insert|delete|update|create|with)\b', re.IGNORECASE)
    for path in SOURCES:
        assert not statement.search(path.read_text(encoding="utf-8")), name(path)


def test_sql_that_is_shown_runs_in_older_and_newer_duckdb() -> None:
    """Readers run it in their own: `lambda x:` is unknown to 1.1, `x ->` is to go."""
    for folder in ("reports", "picking"):
        for path in (ROOT / "analytics" / "sql" / folder).rglob("*.sql"):
            assert not re.search(r"\blambda\b|->", path.read_text(encoding="utf-8")), name(path)


def test_no_report_or_step_is_forgotten() -> None:
    """Every SQL file is named by some Python file, or as a part by another SQL file."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    statements = list((ROOT / "analytics" / "sql").rglob("*.sql"))
    parts = "\n".join(path.read_text(encoding="utf-8") for path in statements)
    for path in statements:
        if path.parent.name == "parts":
            assert f"{path.stem} as (from parts)" in parts, name(path)
        else:
            assert f'"{path.stem}"' in sources or f"/{path.stem}" in sources, name(path)


def test_the_readme_names_every_setting_and_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = [PREFIX + setting.name.upper() for setting in SETTINGS]
    assert [text for text in names if f"`{text}`" not in readme] == []
    assert [command for command in COMMANDS if f"`calltouch {command}`" not in readme] == []
