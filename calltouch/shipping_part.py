"""What ships and takes parcels, loaded where it is needed: psycopg is an extra."""

import importlib
import importlib.util
from pathlib import Path
from typing import Any

import click

from receiver.data_dir import DataDir
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


def refuse_shipped(settings: Settings, inbox: Path) -> None:
    """What was handed over, and is still in an inbox, would count twice. Raises
    `click.ClickException`."""
    if settings.ships:
        raise click.ClickException("this host hands over what it receives: `calltouch ship`")
    installation = DataDir(settings.data_dir).installation
    if installation.exists() and any(inbox.glob("*.seg")):
        raise click.ClickException(
            "this inbox handed over to another host, and some of it is still here: set "
            "CALLTOUCH_PARCELS_ROLE=ship, run `calltouch ship --once` while nothing receives, then "
            f"remove {installation}"
        )
