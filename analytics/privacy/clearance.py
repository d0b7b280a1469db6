"""How much of a person a reader may see."""

from enum import IntEnum


class Clearance(IntEnum):
    """Each sees what the ones before it see; undeclared columns only the last."""

    MASKED = 0
    PERSONAL = 1
    EVERYTHING = 2
