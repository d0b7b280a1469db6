"""The one key of this installation, with which phones and e-mail addresses are hashed.

Without it a hash of a phone could be undone by trying all phones there are. It is made when first
needed, and nothing can take its place: what was hashed with it matches nothing else.
"""

import hashlib
import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

_KEY_BYTES = 32


class InvalidPersonKey(Exception):
    """The file is there and holds no key; the text says what to do."""


def person_key(path: Path) -> bytes:
    """The key in this file, which only its owner may read. Raises `InvalidPersonKey` and
    `OSError`."""
    with suppress(FileNotFoundError):
        return _checked(path)
    _make(path)
    return _checked(path)


def keep_key_at(path: Path, elsewhere: Path | None) -> None:
    """Have `path` lead to where the key is to lie, if that is elsewhere. What is there already goes
    there, unless there is another one: `InvalidPersonKey`."""
    if elsewhere is None or (path.is_symlink() and path.readlink() == elsewhere.absolute()):
        return
    if path.exists() and not elsewhere.exists():
        _write(elsewhere, person_key(path))
    if path.exists() and person_key(path) != person_key(elsewhere):
        raise InvalidPersonKey(
            f"{path} and {elsewhere} hold different keys: keep the one that things were hashed with"
        )
    link = path.with_name(f".{path.name}.link")
    link.unlink(missing_ok=True)
    link.symlink_to(elsewhere.absolute())
    link.replace(path)


def contact_hash(key: bytes, kind: str, contact: str) -> str:
    """Of a contact in its one spelling, `phone` or `email`; as hexadecimal text."""
    return hmac.new(key, f"{kind}:{contact}".encode(), hashlib.sha256).hexdigest()


def _checked(path: Path) -> bytes:
    text = path.read_text(encoding="ascii", errors="replace").strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise InvalidPersonKey(
            f"{path} holds no key: put it back from a backup; a new one matches no hash there is"
        )
    return key


def _make(path: Path) -> None:
    _write(path.resolve(), secrets.token_bytes(_KEY_BYTES))


def _write(path: Path, key: bytes) -> None:
    """Whole or not at all, and the first of several processes writes it for all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fd, partly = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(fd, "w", encoding="ascii") as file:
            file.write(key.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(partly, path)
    finally:
        Path(partly).unlink()
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
