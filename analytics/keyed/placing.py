"""How a file that is ready takes its place: with its mode and its group, and for good."""

import grp
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from analytics.synced import sync

_MODE = 0o440


class KeyedFileTakenAway(Exception):
    """While it was being made; what it was made of was then replaced because of a person."""


@dataclass(frozen=True, slots=True)
class FileAccess:
    """Who may read it: by `mode`, and by `group`, a name or a number; that of the directory if it
    is not given."""

    mode: int | None = None
    group: str | None = None


def unfinished_of(target: Path) -> Path:
    return target.with_name(target.name + ".unfinished")


def aside_of(unfinished: Path) -> Path:
    """Where is put what does not fit into memory."""
    return unfinished.with_name(unfinished.name + ".aside")


def remove_unfinished(target: Path) -> None:
    """Also what a process has left that was killed."""
    unfinished = unfinished_of(target)
    unfinished.unlink(missing_ok=True)
    unfinished.with_name(unfinished.name + ".wal").unlink(missing_ok=True)
    shutil.rmtree(aside_of(unfinished), ignore_errors=True)


def remove_keyed_file(target: Path) -> None:
    """And in this order, so that one that is being made now does not take its place."""
    remove_unfinished(target)
    target.unlink(missing_ok=True)


def put_in_place(unfinished: Path, target: Path, access: FileAccess) -> int:
    """Returns its size. Raises `KeyedFileTakenAway`, `OSError`."""
    if not unfinished.exists():
        raise KeyedFileTakenAway
    size = unfinished.stat().st_size
    if access.group is not None:
        os.chown(unfinished, -1, _number_of(access.group))
    unfinished.chmod(_MODE if access.mode is None else access.mode)
    sync(unfinished)
    unfinished.rename(target)
    sync(target.parent)
    return size


def _number_of(group: str) -> int:
    try:
        return int(group) if group.isdecimal() else grp.getgrnam(group).gr_gid
    except KeyError:
        raise PermissionError(f"there is no group {group}") from None
