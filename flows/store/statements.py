"""The SQL files of the flows' store, each a statement."""

from functools import cache
from importlib.resources import files


@cache
def store_statement(name: str) -> str:
    return files("flows.store").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
