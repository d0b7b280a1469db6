"""Factories, commands and supervision: the only package that knows all the others.

For data teams it is the Python API as well: `calltouch.open`. That is loaded when
it is first named, because every command and the receiver import this package.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from calltouch.dataset import Dataset, open, sample
    from calltouch.dataset.problems import (
        BadOption,
        BadStatement,
        CalltouchError,
        MissingPackage,
        NoFigure,
        NoSuchLead,
        NotAllowed,
        NothingThere,
        UnknownReport,
        Unreachable,
    )

__all__ = [
    "BadOption",
    "BadStatement",
    "CalltouchError",
    "Dataset",
    "MissingPackage",
    "NoFigure",
    "NoSuchLead",
    "NotAllowed",
    "NothingThere",
    "UnknownReport",
    "Unreachable",
    "open",
    "sample",
]
_OF_DATASET = ("Dataset", "open", "sample")


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "calltouch.dataset" if name in _OF_DATASET else "calltouch.dataset.problems"
    return getattr(import_module(module), name)
