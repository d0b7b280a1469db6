"""What docs/export.md tells readers of an export to do, with the tools themselves."""

import os
import subprocess
import sys
from pathlib import Path

from tests.tools.conftest import Desk
from tests.tools.pages import ROOT, Block, blocks_in

PAGE = ROOT / "docs" / "export.md"
_PLACE = "/srv/share/calltouch"


def test_its_blocks_read_every_lead(desk: Desk, tmp_path: Path) -> None:
    place = tmp_path / "exported"
    environ = {**os.environ, "CALLTOUCH_DATA_DIR": str(desk.published.parent)}
    command = [sys.executable, "-m", "calltouch.cli", "export", "--to", str(place)]
    subprocess.run(command, check=True, cwd=tmp_path, env={**environ, "PYTHONPATH": str(ROOT)})
    blocks = {one.language: one.text.replace(_PLACE, str(place)) for one in blocks_in(PAGE)}
    (tmp_path / "asked.sql").write_text(blocks["sql"], encoding="utf-8")
    by_day = desk.run(Block("sh", f"duckdb -csv -noheader < {tmp_path}/asked.sql"))
    counted = blocks["python"] + "\nprint(len(frame), len(same))\n"
    ((leads,),) = desk.ask("select count(*) from leads")
    assert sum(int(line.split(",")[1]) for line in by_day.split()) == leads
    assert desk.run(Block("python", counted)).split() == [str(leads)] * 2
