"""Pages of docs/tools, cut into the blocks that a reader copies."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGES = ROOT / "docs" / "tools"
REQUIREMENTS = Path(__file__).parent / "requirements.txt"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_INSTALLED = re.compile(r"^pip install (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """`language`: sh and python are run, text is to be read."""

    language: str
    text: str

    @property
    def installs(self) -> list[str]:
        """The packages that it tells to install, without extras and ranges."""
        written = _INSTALLED.findall(self.text)
        words = (word.strip("'\"") for line in written for word in line.split())
        return [re.split(r"[\[<>=]", word)[0] for word in words]

    @property
    def is_run(self) -> bool:
        return self.language != "text" and not self.installs


def blocks_of(page: str) -> list[Block]:
    return blocks_in(PAGES / f"{page}.md")


def blocks_in(paper: Path) -> list[Block]:
    return [Block(*found) for found in _BLOCK.findall(paper.read_text(encoding="utf-8"))]


def packages() -> set[str]:
    """What tests/tools/requirements.txt installs."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    return {re.split(r"[\[=]", line)[0] for line in lines if not line.startswith("#")}
