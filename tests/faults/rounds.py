"""How often each fault is run: a few rounds, some more by `make proofs`, all by `make faults`."""

import os
import random

EXTENT = os.environ.get("FAULTS", "few")
FULL = EXTENT == "full"
SEED = int(os.environ.get("FAULT_SEED", "1"))

_BOUNDED_TIMES = 3


def rounds(few: int, full: int) -> int:
    """How many rounds `few` are by `make test`, and `full` by `make faults`."""
    return {"few": few, "bounded": min(few * _BOUNDED_TIMES, full), "full": full}[EXTENT]


def chance(*names: object) -> random.Random:
    """The chances of one test or round: the same for the same seed, whatever else runs."""
    return random.Random("/".join(str(name) for name in (SEED, *names)))
