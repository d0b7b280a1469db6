"""A simulated Calltouch over real HTTP: what it sends is what the store holds."""

import json
from pathlib import Path

from tests.faults.rounds import rounds
from tests.road.server import serving

LEADS = rounds(700, 10_000)


def test_a_world_of_leads_repeated_and_out_of_order(tmp_path: Path) -> None:
    """Ten thousand of them by `make faults`, which runs this file too."""
    with serving(tmp_path / "data") as server:
        sent = server.calltouch(
            *("simulate", "--json", "--url", f"{server.receiver}/webhook"),
            *("--leads", str(LEADS), "--models", "1", "--duplicates", "0.2", "--reorder", "0.2"),
            timeout=400,
        )
        assert sent.returncode == 0, sent.stderr
        told = json.loads(sent.stdout)
        assert told["accepted"] == told["sent"] > 3 * LEADS
        server.settle()
        assert server.ask("select count(*) from leads") == [(LEADS,)]
        assert server.ask("select count(*) from deliveries") == [(told["sent"],)]
        assert server.ask("select count(*) from deliveries where len(problems) > 0") == [(0,)]
        # Nothing was lost, so nothing may look as if it had been.
        assert server.ask("select count(*) from delivery_gaps") == [(0,)]
        late = server.ask("select count(*) filter (is_late) / count(*) from deliveries")[0][0]
        assert late > 0.02
        verified = server.calltouch("rebuild", "--verify", timeout=400)
        assert verified.returncode == 0, verified.stdout
