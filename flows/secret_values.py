"""Secrets that a service sends back: their placeholders stand in what is stored. Pure.

Whole and in the spellings of web requests: percent-encoded, escaped in JSON, base64.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus

_LEAST_CHARACTERS = 4
"""A shorter one would be found everywhere."""


def without_secrets(value: Any, secrets: Mapping[str, str]) -> Any:
    """The same value, its texts without secrets: a text, bytes, or JSON."""
    replaced = _replacements(secrets)
    return _without(value, replaced) if replaced else value


def _without(value: Any, replaced: list[tuple[str, str]]) -> Any:
    if isinstance(value, str):
        for spelling, placeholder in replaced:
            value = value.replace(spelling, placeholder)
    elif isinstance(value, bytes):
        for spelling, placeholder in replaced:
            value = value.replace(spelling.encode(), placeholder.encode())
    elif isinstance(value, dict):
        return {_without(key, replaced): _without(inner, replaced) for key, inner in value.items()}
    elif isinstance(value, list):
        return [_without(inner, replaced) for inner in value]
    return value


def _replacements(secrets: Mapping[str, str]) -> list[tuple[str, str]]:
    """Longest first, for one may be a part of another."""
    found = {
        spelling: f"{{{{secret.{name}}}}}"
        for name, secret in secrets.items()
        if len(secret) >= _LEAST_CHARACTERS
        for spelling in _spellings(secret)
    }
    return sorted(found.items(), key=lambda pair: -len(pair[0]))


def _spellings(secret: str) -> tuple[str, ...]:
    return (
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        base64.b64encode(secret.encode()).decode(),
    )
