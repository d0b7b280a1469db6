"""Walks the tree that `json_serialize_sql` makes of a statement."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from analytics.sql_sandbox.names import (
    EXPRESSIONS,
    FUNCTIONS,
    MODIFIERS,
    NODES,
    SOURCES,
    TABLE_FUNCTIONS,
    fold,
)
from analytics.sql_sandbox.refused import Refused, character

Scope = frozenset[str]
Node = dict[str, Any]
# `recurring.t` is what a recursion with USING KEY has collected so far; there is no such schema.
_RECURRING = "recurring"


@dataclass
class Walk:
    """`tables`: those that may be named, folded; `shown`: as a message lists them."""

    sql: str
    tables: Scope
    shown: Sequence[str]
    parameters: set[str] = field(default_factory=set)

    def over(self, value: Any, scope: Scope = frozenset()) -> None:
        """`scope`: the names of the WITH clauses that are known there. Raises `Refused`."""
        if isinstance(value, list):
            for item in value:
                self.over(item, scope)
        elif isinstance(value, dict):
            self._over_node(value, scope)

    def _over_node(self, node: Node, scope: Scope) -> None:
        if "class" in node:
            self._expression(node, scope)
        elif "is_null" in node:
            # A constant, in which nothing but values can be.
            return
        elif "cte_map" in node:
            self._select(node, scope)
        else:
            self._other(node, scope)

    def _expression(self, node: Node, scope: Scope) -> None:
        kind = node["class"]
        if kind not in EXPRESSIONS:
            raise Refused("not_offered", self._place(node), what=kind)
        if kind == "CONSTANT":
            return
        if kind in ("FUNCTION", "WINDOW"):
            self._function(node, FUNCTIONS, "function")
        elif kind == "PARAMETER":
            self._parameter(node["identifier"])
        self._inside(node, scope)

    def _function(self, node: Node, allowed: Scope, kind: str) -> None:
        """A text before its name may be the column of a chain like `phone.lower()`, and no other
        catalog or schema has a function of a name on the list that does something else."""
        name = fold(node["function_name"])
        if name not in allowed:
            raise Refused(kind, self._place(node), name=node["function_name"])
        if node.get("export_state"):
            raise Refused("not_offered", self._place(node), what="EXPORT_STATE")

    def _parameter(self, name: str) -> None:
        if name.isdecimal():
            raise Refused("unnamed_parameter")
        self.parameters.add(name)

    def _select(self, node: Node, scope: Scope) -> None:
        """A SELECT, or several that are put together. Each name of its WITH clause is known to
        those after it and to the statement, and to itself only in the repeated part of a
        recursion."""
        if node["type"] not in NODES:
            raise Refused("not_offered", what=node["type"])
        for entry in node["cte_map"]["map"]:
            name = fold(entry["key"])
            body = dict(entry["value"])
            inner: Node = body.pop("query")["node"]
            if inner["type"] == "RECURSIVE_CTE_NODE":
                self._recursion(inner, name, scope)
            else:
                self.over(inner, scope)
            self.over(body, scope)
            scope |= {name}
        self._inside({key: value for key, value in node.items() if key != "cte_map"}, scope)

    def _recursion(self, node: Node, name: str, scope: Scope) -> None:
        if node["cte_map"]["map"]:
            raise Refused("not_offered", what="WITH in WITH RECURSIVE")
        self.over(node["left"], scope)
        self.over(node["right"], scope | {name, f"{_RECURRING}.{name}"})
        rest = {key: node[key] for key in node.keys() - {"left", "right", "cte_map"}}
        self._inside(rest, scope)

    def _other(self, node: Node, scope: Scope) -> None:
        """A place where rows come from, an order or a limit; or what only holds others."""
        kind = node.get("type")
        if kind == "BASE_TABLE":
            self._table(node, scope)
        elif kind == "TABLE_FUNCTION":
            self._table_function(node, scope)
            return
        elif kind == "SHOW_REF":
            raise Refused("show", self._place(node))
        elif isinstance(kind, str) and not self._is_known(kind):
            raise Refused("not_offered", self._place(node), what=kind)
        self._inside(node, scope)

    @staticmethod
    def _is_known(kind: str) -> bool:
        return kind in SOURCES or kind in MODIFIERS or kind.endswith("_TYPE_INFO")

    def _inside(self, node: Node, scope: Scope) -> None:
        for value in node.values():
            self.over(value, scope)

    def _table(self, node: Node, scope: Scope) -> None:
        name, place = fold(node["table_name"]), self._place(node)
        if node["at_clause"] is not None:
            raise Refused("not_offered", place, what="AT")
        schema = fold(node["schema_name"])
        if schema == _RECURRING and not node["catalog_name"]:
            name = f"{schema}.{name}"
        elif schema or node["catalog_name"]:
            raise Refused("qualified", place, name=node["table_name"])
        if name not in scope and name not in self.tables:
            raise Refused("table", place, name=node["table_name"], known=list(self.shown))

    def _table_function(self, node: Node, scope: Scope) -> None:
        called = node["function"]
        if called.get("class") != "FUNCTION":
            raise Refused("not_offered", self._place(node), what=str(called.get("class")))
        self._function(called, TABLE_FUNCTIONS, "table_function")
        self._inside(called, scope)
        self._inside({key: node[key] for key in node.keys() - {"function"}}, scope)

    def _place(self, node: Node) -> int | None:
        place = node.get("query_location")
        return None if place is None else character(self.sql, place)
