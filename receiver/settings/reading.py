"""How settings are read from `calltouch.toml` and the environment: known keys, typed values."""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from receiver.settings.registry import SETTINGS
from receiver.settings.setting import Setting
from receiver.settings.sources import PREFIX, read_file


class SettingsError(ValueError):
    """An unknown key or an invalid value; the text names it and how to fix it."""


def read_toml(environ: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    named = environ.get(PREFIX + "CONFIG")
    path = Path(named or "calltouch.toml")
    try:
        return tomllib.loads(read_file(path)), str(path)
    except FileNotFoundError:
        if named:
            raise SettingsError(f"CALLTOUCH_CONFIG names {path}, which does not exist") from None
        return {}, str(path)
    except (OSError, ValueError) as error:
        raise SettingsError(f"cannot read {path}: {error}") from error


def read_table(
    settings: tuple[Setting, ...],
    document: dict[str, Any],
    origin: str,
    environ: Mapping[str, str],
    overrides: Mapping[str, object],
) -> tuple[dict[str, Any], dict[str, str]]:
    """Take the known settings out of `document`; what remains is unknown."""
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for setting in settings:
        raw, source = _find(setting, document, origin, environ, overrides)
        sources[setting.name] = source
        try:
            values[setting.name] = None if raw is None else setting.read(raw)
        except ValueError as error:
            given = "" if setting.secret or not setting.is_quoted else f", not {raw!r}"
            raise SettingsError(f"{setting.name} ({source}) must be {error}{given}") from None
    return values, sources


def _find(
    setting: Setting,
    document: dict[str, Any],
    origin: str,
    environ: Mapping[str, str],
    overrides: Mapping[str, object],
) -> tuple[object, str]:
    """The raw value with the highest precedence, and its source. What is set by its older name
    counts where the newer one is not set at all."""
    found = _find_named(setting.name, setting, document, origin, environ, overrides)
    if setting.formerly is not None:
        older = _find_named(setting.formerly, setting, document, origin, environ, overrides)
        found = found or older
    return found or (setting.default, "default")


def _find_named(
    name: str,
    setting: Setting,
    document: dict[str, Any],
    origin: str,
    environ: Mapping[str, str],
    overrides: Mapping[str, object],
) -> tuple[object, str] | None:
    """None where it is not set."""
    in_file = document.pop(name, None)
    named_file = document.pop(name + "_file", None) if setting.secret else None
    variable = PREFIX + name.upper()
    if overrides.get(name) is not None:
        return overrides[name], "command line"
    if environ.get(variable):
        return environ[variable], variable
    if setting.secret and environ.get(variable + "_FILE"):
        return read_secret(environ[variable + "_FILE"], variable + "_FILE"), variable + "_FILE"
    if in_file is not None:
        return in_file, origin
    if named_file is not None:
        return read_secret(named_file, name + "_file"), f"{origin}, {name}_file"
    return None


def read_secret(named: object, key: str) -> str:
    try:
        return read_file(Path(str(named))).strip()
    except (OSError, ValueError) as error:
        raise SettingsError(f"cannot read the file named by {key}: {error}") from None


def refuse_unknown_keys(left: dict[str, Any], known: list[str], origin: str, where: str) -> None:
    for key in left:
        place = f"[{where}] in {origin}" if where else origin
        raise SettingsError(f"{place}: unknown setting {key!r}{_did_you_mean(key, known)}")


def refuse_unknown_variables(environ: Mapping[str, str]) -> None:
    known = [PREFIX + "CONFIG"]
    for setting in SETTINGS:
        known += [PREFIX + n.upper() for n in (setting.name, setting.formerly) if n]
        if setting.secret:
            known.append(PREFIX + setting.name.upper() + "_FILE")
    for key in environ:
        if key not in known:
            raise SettingsError(f"unknown setting {key}{_did_you_mean(key.upper(), known)}")


def _did_you_mean(key: str, known: list[str]) -> str:
    close = difflib.get_close_matches(key, known, n=1)
    return f"; did you mean {close[0]}?" if close else "; `calltouch config` lists all settings"
