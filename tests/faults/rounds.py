"""How often each fault is run: a few rounds with every change, all of them by `make faults`."""

import os
import random

FULL = os.environ.get("FAULTS") == "full"
SEED = int(os.environ.get("FAULT_SEED", "1"))


def rounds(few: int, full: int) -> int:
    return full if FULL else few


def chance(*names: object) -> random.Random:
    """The chances of one test or round: the same for the same seed, whatever else runs."""
    return random.Random("/".join(str(name) for name in (SEED, *names)))
