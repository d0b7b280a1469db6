"""JSON paths as the JSON step writes them: `["raw"][1]["q"]`. RFC 9535 behind a `$`. Pure."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from jsonpath import JSONPathEnvironment
from jsonpath.exceptions import JSONPathError
from jsonpath.path import JSONPath

from flows.json_documents import Json, place_in
from flows.refusal import FlowRefusal

_FUNCTIONS = ("count", "length", "value")
"""Those of the RFC but `match` and `search`: a pattern of a stranger could stop a thread."""
_MAX_CHARACTERS = 1_000
_TOKEN = re.compile(r"'?TOKEN_([A-Z_]+)'?")
_TOKENS = {
    "COMMA": "a comma",
    "LBRACKET": "[",
    "RBRACKET": "]",
    "LPAREN": "(",
    "RPAREN": ")",
    "EOF": "the end of the path",
}

Many = Literal["first", "list"]


class Absent:
    """There is no such value. Null is a value."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


def _token_text(token: re.Match[str]) -> str:
    """The library's word for a piece of a path, as people know it."""
    name = token[1]
    return _TOKENS.get(name, name.lower().replace("_", " "))


class _Environment(JSONPathEnvironment):
    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        for name in [*self.function_extensions]:
            if name not in _FUNCTIONS:
                del self.function_extensions[name]


_ENVIRONMENT = _Environment(strict=True)


@dataclass(frozen=True, slots=True)
class JsonPath:
    """`many`: what more than one value is to become; None where that is an error."""

    written: str
    compiled: JSONPath
    many: Many | None = None

    @property
    def is_singular(self) -> bool:
        """Whether it can find one value at most."""
        return self.compiled.singular_query()

    def values_in(self, document: Json) -> list[Json]:
        if not isinstance(document, dict | list):
            return [document] if self.compiled.empty() else []
        try:
            return list(self.compiled.findall(document))
        except (JSONPathError, RecursionError):
            raise FlowRefusal("bad-path", self.written, "looks too deep") from None

    def find(self, document: Json) -> Any:
        """The value, a list of them, or `ABSENT`. Raises `FlowRefusal`, `several-values`."""
        values = self.values_in(document)
        if self.many == "list" and not self.is_singular:
            return values
        if not values:
            return ABSENT
        if len(values) > 1 and self.many is None:
            raise FlowRefusal("several-values", self.written, 'say many = "first" or "list"')
        return [values[0]] if self.many == "list" else values[0]


@lru_cache(maxsize=2_000)
def json_path(text: str, many: Many | None = None) -> JsonPath:
    """Raises `FlowRefusal`, `bad-path`, with the place in the text as written."""
    path = text.strip()
    if not path or len(path) > _MAX_CHARACTERS:
        raise FlowRefusal("bad-path", "", f"give a path of 1 to {_MAX_CHARACTERS} characters")
    root = "" if path.startswith("$") else "$" if path.startswith("[") else "$."
    try:
        compiled = _ENVIRONMENT.compile(root + path)
    except JSONPathError as error:
        position = max((error.token.index if error.token else 0) - len(root), 0)
        before = len(text) - len(text.lstrip())
        hint = _TOKEN.sub(_token_text, str(error.args[0])) if error.args else "not a JSON path"
        raise FlowRefusal("bad-path", place_in(text, before + position), hint) from None
    except (RecursionError, ValueError):
        raise FlowRefusal("bad-path", "", "not a JSON path") from None
    if not isinstance(compiled, JSONPath):
        raise FlowRefusal("bad-path", "", "one path at a time")
    return JsonPath(text, compiled, many)
