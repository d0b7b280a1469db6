"""What has been written is on disk: a file, or the names in a directory."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """When this returns, a power cut takes nothing of it back."""
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
