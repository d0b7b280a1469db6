"""Names of the columns that stand beside a number which is compared."""

BEFORE, CHANGE, IS_CHANCE = "_before", "_change", "_is_chance"
"""What is written behind the name of a number: what it was, how much more it is now, and whether
that may be chance (of counts alone; NULL where nobody can tell)."""
SUFFIXES = (BEFORE, CHANGE, IS_CHANCE)


def names_beside(number: str) -> list[str]:
    return [f"{number}{suffix}" for suffix in SUFFIXES]


def base_of(name: str) -> str:
    """The number that a column belongs to; of another column, that itself."""
    for suffix in SUFFIXES:
        if name.endswith(suffix):
            return name.removesuffix(suffix)
    return name
