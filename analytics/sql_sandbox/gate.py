"""The gate: one SELECT, and in it only what is on a list.

What is not known is refused: another kind of statement, node, table or function of a newer DuckDB
as well. It is checked on DuckDB's own parse, so nothing can be read in two ways.
"""

import json
import re
from collections.abc import Collection
from typing import Any

import duckdb

from analytics.sql_sandbox.names import fold
from analytics.sql_sandbox.refused import Refused
from analytics.sql_sandbox.tree import Walk

LONGEST_SQL = 50_000
_WORD = re.compile(r"[A-Za-z]+")


def pass_gate(db: duckdb.DuckDBPyConnection, sql: str, tables: Collection[str]) -> list[str]:
    """The names of the parameters that the statement binds. Raises `Refused`.

    `tables`: those that it may name. `db`: any connection; nothing of the statement is run.
    """
    if len(sql) > LONGEST_SQL:
        raise Refused("too_long", longest=LONGEST_SQL)
    if "\x00" in sql:
        raise Refused("zero_byte", sql.index("\x00"))
    # In this order: of a PRAGMA or an IMPORT the second one reads files.
    tree = _parse_tree(db, sql)
    _refuse_all_but_one_select(db, sql)
    if len(tree["statements"]) != 1:
        raise Refused("not_one", count=len(tree["statements"]))
    walk = Walk(sql, frozenset(map(fold, tables)), sorted(tables))
    try:
        walk.over(tree["statements"][0])
    except RecursionError:
        raise Refused("too_deep") from None
    return sorted(walk.parameters)


def _refuse_all_but_one_select(db: duckdb.DuckDBPyConnection, sql: str) -> None:
    kinds = [statement.type for statement in db.extract_statements(sql)]
    if not kinds:
        raise Refused("nothing")
    if len(kinds) != 1:
        raise Refused("not_one", count=len(kinds))
    if kinds[0] != duckdb.StatementType.SELECT:
        raise Refused("not_select", kind=kinds[0].name)


def _first_word(sql: str) -> str:
    found = _WORD.search(sql)
    return found[0].upper() if found else ""


def _parse_tree(db: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    """DuckDB's parse. What is no SELECT has none."""
    row = db.execute("select json_serialize_sql($1)", [sql]).fetchone()
    assert row is not None
    try:
        tree: dict[str, Any] = json.loads(row[0])
    except RecursionError:
        raise Refused("too_deep") from None
    if not tree["error"]:
        return tree
    if tree.get("error_subtype") == "SYNTAX_ERROR":
        # Counted in characters already.
        raise Refused("syntax", int(tree["position"]), message=tree["error_message"])
    raise Refused("not_select", kind=_first_word(sql))
