"""What only notebooks need, and servers do without."""

from importlib import import_module
from typing import Any

from calltouch.dataset.problems import MissingPackage


def package(name: str) -> Any:
    """The module of an extra. Raises `MissingPackage`."""
    try:
        return import_module(name)
    except ImportError as error:
        missing = name.partition(".")[0]
        raise MissingPackage(
            f"{missing} is not installed: pip install 'calltouch-receiver[notebook]'"
        ) from error
