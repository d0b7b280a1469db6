"""The house keeps its shape: which way imports go, how long files and functions are, names."""

import ast
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from subprocess import run

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("calltouch", "receiver", "flows", "outgoing", "analytics", "dashboards", "simulator")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
EVERYTHING = sorted([*SOURCES, *(ROOT / "tests").rglob("*.py"), ROOT / "wsgi.py"])
# "managers" is the field's word: those whom a site's calls are assigned to.
BANNED = re.compile(
    r"(^|_)(utils?|helpers?|common|core|base|handler|service|processor)s?$|(^|_)manager$"
)
LONG = {"analytics/sql/reports/deliveries/auditor.sql"}
"""A statement of many findings, which is read as one piece."""
ALONGSIDE = ("road", "faults", "deploy", "recipes", "jobs", "tools", "samples", "mutants", "lake")
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
    "receiver": {"analytics", "outgoing"},
    "dashboards": {"analytics"},
    "outgoing": set[str](),
    "flows": {"analytics", "receiver", "outgoing"},
    "calltouch": {"analytics", "receiver", "flows", "outgoing", "dashboards", "simulator"},
}
"""Which packages each may import: down only, and the face alone knows them all."""


def test_imports_go_down_only() -> None:
    upward = []
    for path in SOURCES:
        package = path.relative_to(ROOT).parts[0]
        unknown = (imported_packages(path) & {*PACKAGES}) - {package, *KNOWN[package]}
        upward += [f"{name(path)} imports {other}" for other in sorted(unknown)]
    assert upward == []


DASHBOARDS = (
    *(
        "slice",
        "wording",
        "figures",
        "web",
        "access",
        "recordings",
        "page",
        "api",
        "files",
        "remote",
        "pages",
    ),
    *("problems", "standalone", "views", "app"),
)
"""The folders and files of dashboards from the ground up: each may import those before it."""


def test_the_rooms_of_dashboards_import_down_only() -> None:
    rooms = [path for path in SOURCES if path.parts[-2:] != ("dashboards", "__init__.py")]
    for path in (path for path in rooms if path.is_relative_to(ROOT / "dashboards")):
        room = path.relative_to(ROOT / "dashboards").parts[0].removesuffix(".py")
        ours = [module.split(".") for module in imports(path) if module.startswith("dashboards")]
        within_reach = DASHBOARDS[: DASHBOARDS.index(room) + 1]
        assert {module[1] for module in ours} <= {*within_reach}, name(path)


def test_analytics_knows_nothing_of_http() -> None:
    for path in (ROOT / "analytics").rglob("*.py"):
        assert not imported_packages(path) & {"flask", "requests"}, name(path)


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("calltouch.receiver_app", (*HEAVY, "sqlite3", "flows")),
        ("calltouch.cli.serve", HEAVY),
        ("calltouch.cli.alert.watch", HEAVY),
        ("calltouch.cli.flow.run", HEAVY[1:]),
    ],
)
def test_what_must_stay_small_reaches_nothing_heavy(module: str, heavy: tuple[str, ...]) -> None:
    """A worker of the receiver, and the supervisor, never load the store's libraries; the runner of
    flows reads the published file and needs no more."""
    code = f"import sys, {module}; print(*(m for m in {heavy} if m in sys.modules))"
    loaded = run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


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
    """`ALONGSIDE` belongs to no room: the whole road, faults, examples, what checks the tests."""
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    rooms = {str(folder.relative_to(ROOT / "tests")) for folder in folders}
    elsewhere = {room for room in rooms if room.split("/")[0] not in ALONGSIDE}
    assert sorted(room for room in elsewhere if not (ROOT / room).is_dir()) == []


def test_settings_are_loaded_by_factories_and_commands_alone() -> None:
    """Everything else is given what it needs."""
    allowed = {"gunicorn.conf.py", "calltouch/app.py", "calltouch/receiver_app.py"}
    # A notebook has no command around it.
    allowed |= {"calltouch/dataset/sample.py"}
    for path in [*SOURCES, ROOT / "wsgi.py", ROOT / "gunicorn.conf.py"]:
        if "Settings.load(" in path.read_text(encoding="utf-8"):
            assert name(path) in allowed or name(path).startswith("calltouch/cli/"), name(path)


def test_the_rooms_of_the_receiver_stand_in_one_order() -> None:
    """From the lowest up: each imports only itself and those before it."""
    order = [
        *("receiver", "receiver.processes", "receiver.ending", "receiver.process_lock"),
        *(
            "receiver.data_dir",
            "receiver.person_key",
            "receiver.settings",
            "receiver.published",
            "receiver.allowlist",
            "receiver.backup.shelf",
            "receiver.ops",
        ),
        *(
            "receiver.inbox",
            "receiver.whole_file",
            "receiver.flow_positions",
            "receiver.decode",
            "receiver.erasing",
            "receiver.calltouch_api",
            "receiver.mails",
        ),
        *("receiver.behind_proxy", "receiver.server", "receiver.ingest"),
        *("receiver.digest.archive.manifest", "receiver.digest.archive"),
        *("receiver.digest.workers", "receiver.digest", "receiver.resync", "receiver.reconcile"),
        "receiver.shipping",
        *("receiver.backup", "receiver.jobs"),
        "receiver.alerts",
    ]

    def height(module: str) -> int:
        rooms = [room for room in order if f"{module}.".startswith(f"{room}.")]
        return order.index(max(rooms, key=len))

    for path in (ROOT / "receiver").rglob("*.py"):
        own = name(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        assert own == "receiver" or height(own) > 0, f"{own} is in no room"
        for module in imports(path):
            if module.partition(".")[0] == "receiver":
                assert height(module) <= height(own), f"{own} imports {module}"


def programs_in(path: Path) -> Iterator[ast.Module]:
    """Those that stand there as texts, to be run by other processes."""
    constants = (
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    )
    for text in constants:
        if isinstance(text, str) and "import " in text:
            with suppress(SyntaxError, ValueError):
                yield ast.parse(text.strip())


def test_programs_in_texts_import_what_there_is() -> None:
    """Neither mypy nor a move of modules sees into them."""
    for path in [*EVERYTHING, *(ROOT / "bench").glob("*.py")]:
        for program in programs_in(path):
            for node in ast.walk(program):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGES):
                    module = import_module(node.module or "")
                    for imported in node.names:
                        if not hasattr(module, imported.name):
                            import_module(f"{node.module}.{imported.name}")
