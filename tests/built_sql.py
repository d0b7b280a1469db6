"""Finds SQL that is put together from texts in Python, by following what reaches a database.

An expression is followed through names, parameters, attributes, returned values and loops, by name
over all of the given sources. Files that `analytics.statements` reads are safe: they are templates,
filled with identifiers alone.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

_SINKS = {"execute", "executemany", "executescript", "sql", "query", "project"}
_BUILDERS = {"format", "format_map", "replace", "join", "sub", "substitute", "safe_substitute"}
_TEMPLATES = {"statement", "rendered"}
_SQL = re.compile(r"\s*(select|insert|delete|update|create|with|attach|pragma)\s", re.IGNORECASE)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def built_sql(sources: Mapping[str, str]) -> set[tuple[str, int]]:
    """The files and lines where SQL is put together."""
    return _Sources(sources).built()


def is_put_together(node: ast.AST) -> bool:
    """A text made of others: an f-string with a value in it, `+`, `%`, `.format`, `.join` …"""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp | ast.AugAssign):
        return isinstance(node.op, ast.Add | ast.Mod)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _BUILDERS
    )


@dataclass
class _Sources:
    texts: Mapping[str, str]
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    files: dict[ast.AST, str] = field(default_factory=dict)
    nodes: list[ast.AST] = field(default_factory=list)
    calls: dict[str, list[ast.Call]] = field(default_factory=lambda: defaultdict(list))
    functions: dict[str, list[Function]] = field(default_factory=lambda: defaultdict(list))
    classes: list[ast.ClassDef] = field(default_factory=list)
    attributes: dict[str, list[ast.AST]] = field(default_factory=lambda: defaultdict(list))
    """What is assigned to an attribute of this name, of whatever object."""
    bound: dict[tuple[ast.AST, str], list[ast.AST]] = field(default_factory=dict)
    """What `_bound_in` has found: a name is asked for wherever it stands."""

    def __post_init__(self) -> None:
        for name, text in self.texts.items():
            for node in ast.walk(tree := ast.parse(text)):
                self.nodes.append(node)
                if isinstance(node, ast.Call):
                    self.calls[_name_of(node)].append(node)
                elif isinstance(node, Function):
                    self.functions[node.name].append(node)
                elif isinstance(node, ast.ClassDef):
                    self.classes.append(node)
                elif isinstance(node, ast.Assign):
                    for target in node.targets:
                        if isinstance(target, ast.Attribute):
                            self.attributes[target.attr].append(node.value)
                self.parents.update(dict.fromkeys(ast.iter_child_nodes(node), node))
            self.files[tree] = name

    def built(self) -> set[tuple[str, int]]:
        found = {node for node in self.nodes if is_put_together(node) and _reads_as_sql(node)}
        asked = [call for name in _SINKS for call in self.calls[name] if call.args]
        found |= self._origins([call.args[0] for call in asked])
        return {(self._file(node), getattr(node, "lineno", 0)) for node in found}

    def _origins(self, waiting: list[ast.AST]) -> set[ast.AST]:
        """What is put together of all that these values may come from."""
        found: set[ast.AST] = set()
        seen: set[ast.AST | str] = set()
        while waiting:
            node = waiting.pop()
            # An attribute is followed by its name, wherever it stands.
            known = node.attr if isinstance(node, ast.Attribute) else node
            if is_put_together(node):
                found.add(node)
            elif known not in seen:
                waiting.extend(self._sources(node))
            seen.add(known)
        return found

    def _sources(self, node: ast.AST) -> Iterator[ast.AST]:
        if isinstance(node, ast.Call):
            yield from self._returned(node)
        elif isinstance(node, ast.Name):
            yield from self._assigned(node.id, node)
        elif isinstance(node, ast.Attribute):
            yield from self._attributes(node.attr)
        elif isinstance(node, ast.IfExp):
            yield from (node.body, node.orelse)
        elif isinstance(node, ast.Subscript | ast.Starred | ast.NamedExpr | ast.Await):
            yield node.value
        elif isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
            yield node.elt
        elif isinstance(node, ast.BoolOp | ast.Tuple | ast.List | ast.Set | ast.Dict):
            yield from ast.iter_child_nodes(node)

    def _returned(self, call: ast.Call) -> Iterator[ast.AST]:
        """By functions of that name; a library's is taken to give back what it was given."""
        name = _name_of(call)
        if name in _TEMPLATES:
            return
        for function in self.functions[name]:
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value is not None:
                    yield node.value
        if not self.functions[name]:
            yield from call.args

    def _assigned(self, name: str, used: ast.AST) -> Iterator[ast.AST]:
        """In the innermost function or module that knows the name."""
        scope: ast.AST | None = used
        while scope := self.parents.get(scope) if scope else None:
            if isinstance(scope, Function | ast.Module):
                values = list(self._bound_in(scope, name))
                yield from values
                if values or isinstance(scope, ast.Module):
                    return

    def _bound_in(self, scope: Function | ast.Module, name: str) -> Iterator[ast.AST]:
        if (scope, name) not in self.bound:
            # One that imports itself in a circle ends.
            self.bound[scope, name] = []
            self.bound[scope, name] = list(self._found_in(scope, name))
        yield from self.bound[scope, name]

    def _found_in(self, scope: Function | ast.Module, name: str) -> Iterator[ast.AST]:
        for node in ast.walk(scope):
            yield from _bound_by(node, name)
            if isinstance(node, ast.ImportFrom):
                yield from self._imported(node, name)
        if isinstance(scope, Function):
            yield from self._given(scope.name, [one.arg for one in _parameters(scope)], name)

    def _imported(self, node: ast.ImportFrom, name: str) -> Iterator[ast.AST]:
        for alias in node.names:
            if (alias.asname or alias.name) == name:
                for tree, file in self.files.items():
                    if file.removesuffix(".py").replace("/", ".") == node.module:
                        assert isinstance(tree, ast.Module)
                        yield from self._bound_in(tree, alias.name)

    def _given(self, callee: str, parameters: list[str], name: str) -> Iterator[ast.AST]:
        """What calls give for a parameter of a function, or a field of a dataclass."""
        given = [one for one in parameters if one not in ("self", "cls")]
        if name not in given:
            return
        place = given.index(name)
        for call in self.calls[callee]:
            yield from call.args[place : place + 1]
            yield from (word.value for word in call.keywords if word.arg == name)

    def _attributes(self, name: str) -> Iterator[ast.AST]:
        if self.functions[name]:
            yield from self._returned(ast.Call(ast.Name(name), [], []))
        for node in self.classes:
            fields = [one for one in node.body if isinstance(one, ast.AnnAssign)]
            names = [one.target.id for one in fields if isinstance(one.target, ast.Name)]
            yield from self._given(node.name, names, name)
            for statement in node.body:
                yield from _bound_by(statement, name)
        yield from self.attributes[name]

    def _file(self, node: ast.AST) -> str:
        while node in self.parents:
            node = self.parents[node]
        return self.files[node]


def _reads_as_sql(node: ast.AST) -> bool:
    texts = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    return bool(_SQL.match(next((text for text in texts if isinstance(text, str)), "")))


def _name_of(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _parameters(function: Function) -> list[ast.arg]:
    named = function.args
    return [*named.posonlyargs, *named.args, *named.kwonlyargs]


def _bound_by(node: ast.AST, name: str) -> Iterator[ast.AST]:
    """What a statement puts under the name."""
    if isinstance(node, ast.AugAssign):
        yield from [node] if _is_named(node.target, name) else []
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _matched(target, node.value, name)
    elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value:
        yield from _matched(node.target, node.value, name)
    elif isinstance(node, ast.For | ast.comprehension):
        listed = isinstance(node.iter, ast.Tuple | ast.List | ast.Set)
        for value in ast.iter_child_nodes(node.iter) if listed else [node.iter]:
            yield from _matched(node.target, value, name)


def _matched(target: ast.AST, value: ast.AST, name: str) -> Iterator[ast.AST]:
    """Of several names at once the one in its place, or everything where places cannot be told."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, other in zip(target.elts, value.elts, strict=False):
            yield from _matched(one, other, name)
    elif any(_is_named(one, name) for one in ast.walk(target)):
        yield value


def _is_named(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
