"""The files of definitions, written so that nobody ever reads half of one; and what is said where
files or the store refuse."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dashboards.pages.flow_editor.desk import EditorRefusal, Obstacle


def bytes_of(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def why_not_writable(path: Path, raw: bytes | None) -> Obstacle | None:
    if not os.access(path.parent, os.W_OK | os.X_OK):
        return Obstacle.READ_ONLY
    try:
        (raw or b"").decode("utf-8")
    except UnicodeDecodeError:
        return Obstacle.NOT_UTF8
    return None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Two who save at once do so one after the other."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


@contextmanager
def refusing_files(path: Path) -> Iterator[None]:
    """Raises `EditorRefusal` for what the file system refuses."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise EditorRefusal(Obstacle.NOT_WRITTEN, path=path, reason=reason) from error


@contextmanager
def refusing_store() -> Iterator[None]:
    """The pages say of any other error of SQLite that nobody can sign in."""
    try:
        yield
    except sqlite3.Error as error:
        raise EditorRefusal(Obstacle.NO_STORE, reason=type(error).__name__) from error
