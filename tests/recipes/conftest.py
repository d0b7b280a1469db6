"""A copy of the tree, to follow a recipe of CONTRIBUTING in."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.test_house import PACKAGES

_ROOT = Path(__file__).parents[2]
_PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--basetemp", "../tests")
_ROOMS = (*PACKAGES, "docs", "tests")
# Not asked for by any recipe, and most of the bytes.
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "images", "samples")


@dataclass(frozen=True, slots=True)
class ScratchCopy:
    """The rooms of the tree, in a directory of their own."""

    root: Path

    def append(self, path: str, text: str) -> None:
        """To a file, which is made if there is none."""
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        with (self.root / path).open("a", encoding="utf-8") as file:
            file.write(f"\n{text}")

    def replace(self, path: str, old: str, new: str) -> None:
        """What stands there exactly once."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{path}: {old}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, *arguments: str) -> str:
        """What Python prints there: `-c`, `-m` or a file, and its arguments."""
        done = self._run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def passes(self, *arguments: str) -> None:
        """These tests pass there, and there are some."""
        self.run(*_PYTEST, *arguments)

    def fails(self, *arguments: str) -> list[str]:
        """The names of the tests that fail there."""
        done = self._run(*_PYTEST, *arguments)
        assert done.returncode == 1, done.stdout + done.stderr
        return re.findall(r"^FAILED [^:]+::(\S+)", done.stdout, re.MULTILINE)

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        outside = {
            name: value
            for name, value in os.environ.items()
            if "PYTEST" not in name and name != "FAULTS"
        }
        environ = {**outside, "PYTHONPATH": os.pathsep.join([str(self.root), *_outside()])}
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )


def _outside() -> list[str]:
    """What this process imports from besides the tree, such as another DuckDB."""
    paths = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return [path for path in paths if path and Path(path).resolve() != _ROOT]


@pytest.fixture
def scratch_copy(tmp_path: Path) -> ScratchCopy:
    copy = ScratchCopy(tmp_path / "copy")
    for room in _ROOMS:
        shutil.copytree(_ROOT / room, copy.root / room, ignore=_LEFT_OUT)
    for file in _ROOT.iterdir():
        if file.is_file():
            shutil.copyfile(file, copy.root / file.name)
    return copy
