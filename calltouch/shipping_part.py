"""What ships and takes parcels, loaded where it is needed: psycopg is an extra."""

import importlib
import importlib.util
from typing import Any

import click

from receiver.settings.settings import Settings

_EXTRA = "CALLTOUCH_PARCELS needs the extra parcels: pip install 'calltouch-receiver[parcels]'"
_UNSET = "CALLTOUCH_PARCELS is not set: this machine has its receivers to itself"


def has_extra() -> bool:
    return importlib.util.find_spec("psycopg") is not None


def require_parcels(settings: Settings) -> None:
    """Raises `click.ClickException` where parcels are set and their extra is not there."""
    if settings.parcels is not None and not has_extra():
        raise click.ClickException(_EXTRA)


def shipping_part(settings: Settings, module: str) -> Any:
    """A module of `receiver.shipping`. Raises `click.ClickException`."""
    if settings.parcels is None:
        raise click.ClickException(_UNSET)
    require_parcels(settings)
    return importlib.import_module(f"receiver.shipping.{module}")
