"""A process that publishes a store again and again, as digest does at its busiest.

    python -m tests.tools.publishing STORE TARGET

Each time one more delivery has come.
"""

import sys
import time
from pathlib import Path

import duckdb

from analytics.publish.publisher import Publisher

_SECONDS = 0.2


def main(store: Path, target: Path) -> None:
    db = duckdb.connect(str(store))
    publisher = Publisher(store, target, "tests")
    while True:
        publisher.publish(db)
        print("published", flush=True)
        time.sleep(_SECONDS)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
