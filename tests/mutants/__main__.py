"""Mutation testing, room by room: would a room's own tests notice a bug in it?

    python -m tests.mutants [room …]

mutmut changes the code of a room in many small ways and runs the room's tests against each change.
MUTANTS: how many changes to try in each room, drawn by MUTANTS_SEED; 0 tries all.
"""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = ROOT / ".mutants"
NEEDED = ("analytics", "calltouch", "dashboards", "receiver", "simulator", "wsgi.py", "README.md")
MUTMUT = Path(sys.executable).with_name("mutmut")
CHANGES = int(os.environ.get("MUTANTS", "40"))
SEED = os.environ.get("MUTANTS_SEED", "1")
GOAL = 85
KILLED = {"killed", "timeout"}


@dataclass(frozen=True, slots=True)
class MutatedRoom:
    """A folder or a file of the house, and the tests that must notice when it breaks."""

    source: str
    tests: tuple[str, ...]

    @property
    def folder(self) -> str:
        return self.source if not self.source.endswith(".py") else str(Path(self.source).parent)

    @property
    def pattern(self) -> str:
        return self.source if self.source.endswith(".py") else f"{self.source}/*.py"


ROOMS = (
    MutatedRoom("receiver/server/framing.py", ("tests/receiver/server/test_framing.py",)),
    MutatedRoom("dashboards/slice/period.py", ("tests/dashboards/slice/test_period.py",)),
    MutatedRoom("analytics/reports/filters.py", ("tests/analytics/reports/test_filters.py",)),
    MutatedRoom(
        "analytics/reports/conditions.py",
        ("tests/analytics/reports/test_conditions.py", "tests/analytics/reports/test_filters.py"),
    ),
    MutatedRoom("dashboards/slice/earlier.py", ("tests/dashboards/slice/test_earlier.py",)),
    MutatedRoom("analytics/chance.py", ("tests/analytics/test_chance.py",)),
    MutatedRoom("receiver/decode", ("tests/receiver/decode",)),
    MutatedRoom("analytics/contacts.py", ("tests/analytics/test_contacts.py",)),
    MutatedRoom("analytics/privacy", ("tests/analytics/privacy",)),
    MutatedRoom(
        "analytics/fold",
        tuple(
            f"tests/analytics/fold/test_{name}.py"
            for name in ("fold", "lists", "long_life", "starts")
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class RoomResult:
    room: MutatedRoom
    killed: int
    survivors: list[str]
    equivalent: int

    @property
    def percent(self) -> float:
        """Of the changes that a test could notice."""
        return 100 * self.killed / max(1, self.killed + len(self.survivors))

    def line(self) -> str:
        mutants = self.killed + len(self.survivors) + self.equivalent
        counts = (mutants, self.killed, len(self.survivors), self.equivalent)
        figures = " | ".join(str(count) for count in counts)
        return f"| {self.room.source} | {figures} | {self.percent:.0f} % |"


def main(names: list[str]) -> int:
    rooms = [room for room in ROOMS if not names or room.source in names]
    results = [try_room(room) for room in rooms]
    for result in results:
        for survivor in result.survivors:
            print(f"survived  {survivor}")
    print("\n| room | mutants | killed | survived | equivalent | killed of those that matter |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    print("\n".join(result.line() for result in results))
    return int(any(result.percent < GOAL for result in results))


def try_room(room: MutatedRoom) -> RoomResult:
    work = lay_out(room)
    # mutmut makes all mutants and looks which tests run which function before it picks any.
    mutmut(work, "run", "nothing yet")
    tested = work / "mutants/mutmut-stats.json"
    names = list(statuses(work))
    if not names or not tested.exists():
        raise SystemExit(f"{room.source}: its tests must pass first, see {work / 'log.txt'}")
    names = [name for name in names if f"{function_of(name)}: *" not in equivalents()]
    if CHANGES:
        names = sorted(random.Random(SEED).sample(names, min(CHANGES, len(names))))
    known = json.loads(tested.read_text())["tests_by_mangled_function_name"]
    mutmut(work, "run", *(name for name in names if known.get(name.partition("__mutmut_")[0])))
    after = statuses(work)
    changes = [change(work, name) for name in names if after[name] not in KILLED]
    equivalent = equivalents()
    survivors = [text for text in changes if text not in equivalent]
    killed = len(names) - len(changes)
    return RoomResult(room, killed, survivors, len(changes) - len(survivors))


def lay_out(room: MutatedRoom) -> Path:
    """A copy of the house, in which mutmut may change what it likes."""
    work = WORK / room.source.replace("/", ".")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name in (*NEEDED, "tests"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, work / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, work / name)
    settings = {
        "source_paths": [room.folder],
        "only_mutate": [room.pattern],
        "also_copy": list(NEEDED),
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "-p", "no:xdist"],
        "pytest_add_cli_args_test_selection": list(room.tests),
        "process_isolation": "forkserver",
        # Dicts that stand for ordered sets: what they hold beside their keys is nothing.
        "do_not_mutate_patterns": [r"problems\[.*\] = None"],
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    lines += ["use_git_change_detection = false"]
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    text = "\n".join([pyproject, "[tool.mutmut]", *lines, ""])
    (work / "pyproject.toml").write_text(text, encoding="utf-8")
    return work


def mutmut(work: Path, *arguments: str) -> str:
    """Its output. The original code must not be importable beside the changed one."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    run = subprocess.run(
        [MUTMUT, *arguments], cwd=work, env=environment, capture_output=True, text=True, check=False
    )
    with (work / "log.txt").open("a", encoding="utf-8") as log:
        log.write(run.stdout + run.stderr)
    return run.stdout


def statuses(work: Path) -> dict[str, str]:
    """How each mutant ended, by its name."""
    lines = re.findall(r"^ +(\S+): (.+)$", mutmut(work, "results", "--all", "true"), re.MULTILINE)
    return dict(lines)


def change(work: Path, name: str) -> str:
    """One line that says what the mutant changes; unlike its number it outlives other edits."""
    diff = mutmut(work, "show", name).splitlines()[3:]
    removed, added = ([line[1:].strip() for line in diff if line[:1] == sign] for sign in "-+")
    return f"{function_of(name)}: {' '.join(removed)} → {' '.join(added)}"


def function_of(name: str) -> str:
    """As it is called in the code; mutmut writes `x_` before it and `ǁ` around a class."""
    module, _, mangled = name.partition("__mutmut_")[0].rpartition(".")
    return f"{module}.{mangled.removeprefix('xǁ').removeprefix('x_').replace('ǁ', '.')}"


def equivalents() -> set[str]:
    """The changes that no test can or should notice; why, say the comments of the file."""
    text = Path(__file__).with_name("equivalent.txt").read_text(encoding="utf-8")
    return {line for line in text.splitlines() if line and not line.startswith("#")}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
