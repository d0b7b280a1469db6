"""What a stranger's SELECT may consist of; anything else is refused."""

import tomllib
from pathlib import Path

LISTS = tomllib.loads(Path(__file__).with_name("functions.toml").read_text(encoding="utf-8"))

FUNCTIONS = frozenset(LISTS["allowed"].split())
TABLE_FUNCTIONS = frozenset(LISTS["allowed_tables"].split())

NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE"})
"""What has a WITH clause."""
SOURCES = frozenset({"SUBQUERY", "JOIN", "EXPRESSION_LIST", "EMPTY", "PIVOT"})
"""Where rows come from, besides tables and table functions."""
MODIFIERS = frozenset(
    {
        "ORDER_MODIFIER",
        "LIMIT_MODIFIER",
        "LIMIT_PERCENT_MODIFIER",
        "DISTINCT_MODIFIER",
        "ORDER_DEFAULT",
        "ASCENDING",
        "DESCENDING",
    }
)
EXPRESSIONS = frozenset(
    {
        "BETWEEN",
        "CASE",
        "CAST",
        "COLLATE",
        "COLUMN_REF",
        "COMPARISON",
        "CONJUNCTION",
        "CONSTANT",
        "FUNCTION",
        "LAMBDA",
        "OPERATOR",
        "PARAMETER",
        "POSITIONAL_REFERENCE",
        "STAR",
        "SUBQUERY",
        "WINDOW",
    }
)


def fold(name: str) -> str:
    """As DuckDB compares names: letters outside ASCII are as they are."""
    return name.encode().lower().decode()
