"""How long a resync takes against what the rate limit allows: python -m bench.resync

The simulated API answers a tenth of a second late, as a real one would. The least possible time for
n web requests at r a second is (n - 1) / r.
"""

import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from simulator.api import ApiOptions, serving
from simulator.market.rhythm import MOSCOW
from simulator.world import World

UNTIL = datetime(2026, 11, 21, tzinfo=MOSCOW)
PER_SECOND = 4
DAYS = ["--from", "2026-11-01", "--to", "2026-11-20"]


def main() -> None:
    world = World(UNTIL, leads=4000, days=20)
    with serving(world, ApiOptions(latency=0.1)) as api, tempfile.TemporaryDirectory() as place:
        environ = {
            **os.environ,
            "CALLTOUCH_DATA_DIR": str(Path(place) / "data"),
            "CALLTOUCH_API_URL": api.url,
            "CALLTOUCH_API_TOKEN": "simulated-token",
            "CALLTOUCH_SITE_IDS": "10001,10002",
            "CALLTOUCH_API_PER_SECOND": str(PER_SECOND),
        }
        command = [sys.executable, "-m", "calltouch.cli", "resync", *DAYS]
        started = time.monotonic()
        subprocess.run(command, env=environ, check=True)
        whole = time.monotonic() - started
        arrivals = [entry.at for entry in api.state.journal.entries]
        refused = api.state.journal.statuses[429]
    least = (len(arrivals) - 1) / PER_SECOND
    fetching = arrivals[-1] - arrivals[0]
    print(f"web requests       {len(arrivals)}, of them refused {refused}")
    print(f"least possible     {least:.1f} s")
    print(f"fetching           {fetching:.1f} s, {fetching / least:.3f} times that")
    print(f"the whole command  {whole:.1f} s, {whole / least:.3f} times that")


if __name__ == "__main__":
    main()
