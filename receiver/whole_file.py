"""A small file that is replaced whole or not at all, also by a power cut."""

import os
import shutil
import tempfile
from pathlib import Path

from receiver.inbox.segment import sync_directory


def replace_file(path: Path, text: str, *, keeps_mode: bool = False) -> None:
    """Nobody but its owner may read it: not while it is being written, and not afterwards, unless
    it `keeps_mode` of the file that is there. Raises `OSError`."""
    fd, partly = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(fd, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if keeps_mode and path.exists():
            shutil.copymode(path, partly)
        Path(partly).replace(path)
    except BaseException:
        Path(partly).unlink(missing_ok=True)
        raise
    sync_directory(path.parent)
