"""Schemathesis against a running server: it asks what the document allows and what it does not."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[4]
HOOKS = "tests.dashboards.api.openapi.valid_queries"
CASES = re.compile(r"(\d+) generated")


@dataclass(frozen=True, slots=True)
class Fuzzing:
    """`reports`: which of them. `examples`: of each one, by chance; those of the phase `coverage`
    are every value at the edge of what a parameter takes. `without`: checks that are left out."""

    seed: int
    reports: tuple[str, ...]
    examples: int
    phases: str = "coverage,fuzzing"
    without: tuple[str, ...] = ()

    def run(self, url: str, authorization: str, place: Path) -> int:
        """How many requests there were, all of which were answered as the document says."""
        done = subprocess.run(
            [*self._command(), f"{url}/api/openapi.json", "-H", f"Authorization: {authorization}"],
            cwd=place,
            env={**os.environ, "SCHEMATHESIS_HOOKS": HOOKS, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=1200,
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0, said[-20_000:]
        counted = CASES.search(said)
        assert counted, said
        return int(counted[1])

    def _command(self) -> list[str]:
        options = {
            "--phases": self.phases,
            "--seed": self.seed,
            "--max-examples": self.examples,
            "--generation-database": "none",
            "--request-timeout": 60,
            "--warnings": "off",
            "--include-path-regex": rf"/(reports|{'|'.join(self.reports)}|openapi\.json)$",
            **({"--exclude-checks": ",".join(self.without)} if self.without else {}),
        }
        written = [f"{one}" for pair in options.items() for one in pair]
        flags = ["--no-color", "--no-shrink", "--continue-on-failure"]
        return [sys.executable, "-m", "schemathesis.cli", "run", *written, *flags]
