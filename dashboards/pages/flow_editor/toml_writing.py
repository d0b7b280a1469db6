"""Values put into a TOML document in place: what is not changed keeps its comments and its form."""

from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit.items import Comment, InlineTable, Item, Key, Whitespace


def toml_item(value: Any) -> Item:
    """As people write it: a text with quotes or line ends without escapes."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        for name, inner in value.items():
            table.append(name, toml_item(inner))
        return table
    if isinstance(value, list):
        array = tomlkit.array()
        for inner in value:
            array.append(toml_item(inner))
        array.multiline(len(value) > 1 and isinstance(value[0], Mapping | list))
        return array
    item: Item = tomlkit.item(value)
    return item


def put(table: Any, key: str, value: Any) -> None:
    """Set or, with None, remove a key of a table; inside of a table only what differs is set."""
    if value is None:
        if key in table:
            table.remove(key)
    elif key not in table:
        _add(table, tomlkit.key(key), toml_item(value))
    elif _is_long_table(table[key]) and isinstance(value, Mapping):
        _update(table[key], value)
    elif table[key] != value:
        table[key] = toml_item(value)


def put_one(table: Any, key: str, inner: str, value: Any) -> None:
    """The same for a table of one, written `key.inner = …`."""
    before = table.get(key)
    if isinstance(before, Mapping) and [*before] == [inner]:
        put(before, inner, value)
        return
    put(table, key, None)
    _add(table, tomlkit.key([key, inner]), toml_item(value))


def _is_long_table(item: Any) -> bool:
    """With a line for each key."""
    return isinstance(item, Mapping) and not isinstance(item, InlineTable)


def _update(table: Any, values: Mapping[str, Any]) -> None:
    for name in [name for name in table if name not in values]:
        table.remove(name)
    for name, value in values.items():
        put(table, name, value)


def _add(table: Any, key: Key, item: Item) -> None:
    """Behind the last key: blank lines and comments that end a table speak of the next one."""
    container = getattr(table, "value", table)
    body = getattr(container, "body", [])
    count = len(body)
    while count and isinstance(body[count - 1][1], Whitespace | Comment):
        count -= 1
    behind = body[count:]
    del body[count:]
    table.append(key, item)
    body.extend(behind)


def _text(value: str) -> Item:
    is_clean = all(char >= " " or char in "\n\t" for char in value) and "\x7f" not in value
    if "\n" in value and is_clean and "'''" not in value and not value.startswith("\n"):
        return tomlkit.string(value, literal=True, multiline=True)
    if '"' in value and "'" not in value and "\n" not in value and is_clean:
        return tomlkit.string(value, literal=True)
    return tomlkit.string(value)
