"""Which value a name means: a field of that very name, else a path inside the longest one. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flows.json_paths import ABSENT, json_path
from flows.refusal import FlowRefusal

SECRET = "secret."


@dataclass(frozen=True, slots=True)
class RepeatedText:
    """The values of a name that came more than once; the last one is its text."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """`values` by name, as they came; `secrets` by the name behind `secret.`."""

    values: Mapping[str, Any]
    secrets: Mapping[str, str]

    def find(self, name: str) -> Any:
        """The value, or `ABSENT`. Raises `FlowRefusal` for a secret that is not there."""
        if name.startswith(SECRET):
            return self._secret(name.removeprefix(SECRET))
        if name in self.values:
            return self.values[name]
        for end in range(len(name) - 1, 0, -1):
            if name[end] in ".[" and name[:end] in self.values:
                return _inside(self.values[name[:end]], name[end:])
        return ABSENT

    def _secret(self, name: str) -> str:
        if name not in self.secrets:
            hint = f"add {name} or {name}_file to [secrets] in calltouch.toml"
            raise FlowRefusal("missing-secret", name, hint)
        return self.secrets[name]


def _inside(value: Any, rest: str) -> Any:
    """A path that may find several values gives the list of them."""
    if not isinstance(value, dict | list):
        return ABSENT
    try:
        path = json_path(f"${rest}")
    except FlowRefusal:
        return ABSENT
    if path.is_singular:
        return path.find(value)
    return path.values_in(value) or ABSENT
