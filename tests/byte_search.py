"""A search for what must not be anywhere: through every file of a directory, in every encoding.

It shares nothing with the code that erases: it takes everything apart and looks. Files are searched
as their bytes, and those that pack texts (Parquet, gzip, SQLite, DuckDB) as what is in them too.
"""

import base64
import gzip
import html
import json
import re
import shutil
import sqlite3
import sys
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize
from urllib.parse import unquote_plus, unquote_to_bytes

import duckdb
import pyarrow.parquet as pq

_BETWEEN_DIGITS = re.compile(r"(?<=\d)[^\w]{1,5}(?=\d)|(?<=\d)_(?=\d)")
_PACKED = re.compile(rb"[A-Za-z0-9+/_-]{12,}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){6,}")
_ESCAPED = re.compile(r"\\+(?=[\"/])|\\+u([0-9a-fA-F]{4})|%u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_DIGITS = {n: str(int(chr(n))) for n in range(128, sys.maxunicode) if chr(n).isdecimal()}
_EMPTY = re.compile(rb"\0{64,}")
_OTHER_DIGITS = re.compile(r"(?![0-9])\d")
_NO_DIGITS = re.compile(r"[^0-9]+")
# Bytes that are no text read as letters of alphabets that nothing is written in.
_STRANGE = re.compile("[^\x00-\u06ff\u2000-\u206f\u2212\uff00-\uffef]+")
# Of files that are mostly empty, and of pages.
_ZEROS = re.compile(rb"\0{32,}")
_DEEPEST = 3
_LONGEST_TEXT = 4 << 20


@dataclass(frozen=True, slots=True)
class Sought:
    """`phones`: their last ten digits are what is looked for. `exact`: any other text."""

    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sighting:
    """`where`: the file, and the table and column in it."""

    where: str
    what: str


def search_directory(directory: Path, sought: Sought) -> list[Sighting]:
    """Every place where something of it is found."""
    found = {
        Sighting(f"{path.relative_to(directory)}{inside}", what)
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not path.is_symlink()
        for inside, raw, is_file in _contents(path)
        for what in search_bytes(raw, sought, packed=not is_file)
    }
    names = {
        Sighting(f"name of {path.relative_to(directory)}", what)
        for path in directory.rglob("*")
        for what in search_text(path.name, sought)
    }
    return sorted(found | names, key=lambda one: (one.where, one.what))


def search_bytes(raw: bytes, sought: Sought, packed: bool = True, deep: int = 0) -> set[str]:
    """What is found in bytes, whatever they are. `packed`: also in base64 and in hexadecimal
    digits."""
    raw = _ZEROS.sub(bytes(32), raw)
    found: set[str] = set()
    for text in _readings(raw):
        found |= search_text(text, sought)
    if deep < _DEEPEST:
        for inner in _unpacked(raw):
            found |= search_bytes(inner, sought, packed, deep + 1)
        if packed:
            for piece in _pieces(raw.replace(b"\0", b"")):
                found |= search_bytes(piece, sought, packed, deep + 1)
    return found


def search_text(text: str, sought: Sought) -> set[str]:
    found: set[str] = set()
    for reading in _decoded(_STRANGE.sub("\u4e00", text)):
        folded = reading.lower() if reading.isascii() else normalize("NFKC", reading).casefold()
        folded = folded.replace("ё", "е")
        found |= _phones(folded, sought.phones)
        found |= {one for one in sought.emails if any(form in folded for form in _forms(one))}
        found |= {one for one in sought.names if _is_named(folded, one)}
        found |= {one for one in sought.exact if one.casefold() in folded}
    return found


def _phones(text: str, phones: Iterable[str]) -> set[str]:
    digits = text if text.isascii() else _OTHER_DIGITS.sub(lambda one: str(int(one[0])), text)
    alone = _NO_DIGITS.sub("", digits)
    suspected = [one for one in phones if one[-10:] in alone]
    squeezed = _BETWEEN_DIGITS.sub("", digits) if suspected else ""
    return {one for one in suspected if one[-10:] in squeezed}


def _forms(email: str) -> list[str]:
    name, _, domain = normalize("NFKC", email).casefold().rpartition("@")
    forms = [domain]
    with suppress(UnicodeError):
        forms.append(domain.encode("idna").decode())
    with suppress(UnicodeError):
        forms.append(domain.encode().decode("idna"))
    bare = name.strip('"')
    return [
        f"{one}{at}{form}" for one in (bare, f'{bare}"') for at in ("@", " @ ") for form in forms
    ]


def _is_named(text: str, name: str) -> bool:
    words = [re.escape(one) for one in normalize("NFKC", name).casefold().replace("ё", "е").split()]
    if not words or re.search(words[0], text) is None or re.search(words[-1], text) is None:
        return False
    orders = (words, words[::-1])
    return any(re.search(r"[\W_]{1,3}".join(order), text) for order in orders)


def _readings(raw: bytes) -> Iterator[str]:
    yield raw.decode(errors="ignore")
    if not raw.isascii():
        yield raw.decode("cp1251", "ignore")
    if b"\0" in raw:
        for encoding in ("utf-16-le", "utf-16-be"):
            for start in (0, 1):
                yield raw[start:].decode(encoding, "ignore")


def _decoded(text: str) -> Iterator[str]:
    yield text
    if "%" in text:
        for _ in range(2):
            text = unquote_plus(text)
            yield text
            yield unquote_to_bytes(text).decode("cp1251", "ignore")
    elif "+" in text:
        yield text.replace("+", " ")
    if "\\" in text or "%u" in text:
        text = _ESCAPED.sub(_unescaped, text)
        yield text
    if "&" in text:
        yield html.unescape(text)


def _unpacked(raw: bytes) -> Iterator[bytes]:
    if raw.startswith(b"\x1f\x8b"):
        try:
            yield gzip.decompress(raw)
        except (OSError, EOFError, zlib.error):
            return
    elif raw[:1] == b"\x78":
        try:
            yield zlib.decompress(raw)
        except zlib.error:
            return


def _pieces(raw: bytes) -> Iterator[bytes]:
    """What base64 and hexadecimal digits hold, wherever they begin."""
    for found in _HEX.finditer(raw):
        yield bytes.fromhex(found[0].decode())
    for found in _PACKED.finditer(unquote_to_bytes(raw) if b"%" in raw else raw):
        written = found[0].replace(b"-", b"+").replace(b"_", b"/")
        for start in range(4):
            piece = written[start:]
            piece = piece[: len(piece) - (len(piece) % 4 == 1)]
            yield base64.b64decode(piece + b"=" * (-len(piece) % 4))


def _contents(path: Path) -> Iterator[tuple[str, bytes, bool]]:
    """Where in the file, what is there, and whether it is the file as it is."""
    raw = _EMPTY.sub(bytes(64), path.read_bytes())
    yield "", raw, len(raw) > _LONGEST_TEXT or raw[:4] == b"PAR1" or b"\0" in raw[:64]
    if raw[:4] == b"PAR1":
        for table, value in _parquet(path):
            yield f" ({table})", value, False
    elif raw.startswith(b"SQLite format 3"):
        for table, value in _sqlite(path):
            yield f" ({table})", value, False
    elif raw[8:12] == b"DUCK":
        for table, value in _duckdb(path):
            yield f" ({table})", value, False


def _parquet(path: Path) -> Iterator[tuple[str, bytes]]:
    table = pq.read_table(path)
    yield "schema", str(table.schema.metadata).encode()
    for name in table.column_names:
        yield name, b"\n".join(map(_as_bytes, table.column(name).to_pylist()))


def _sqlite(path: Path) -> Iterator[tuple[str, bytes]]:
    """Read from a copy: opening a database may change it."""
    with tempfile.TemporaryDirectory() as scratch:
        for one in path.parent.glob(f"{path.name}*"):
            shutil.copy(one, scratch)
        with closing(sqlite3.connect(Path(scratch) / path.name)) as db:
            db.text_factory = bytes
            names = db.execute("select name from sqlite_master where type = 'table'").fetchall()
            for (name,) in names:
                rows = db.execute(f'select * from "{name.decode()}"').fetchall()
                values = [_as_bytes(one) for row in rows for one in row]
                yield name.decode(), b"\n".join(values)
                # What is packed is so value by value.
                yield from ((name.decode(), one) for one in values if one[:1] == b"\x78")


def _duckdb(path: Path) -> Iterator[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory() as scratch:
        for one in path.parent.glob(f"{path.name}*"):
            if one.is_file():
                shutil.copy(one, scratch)
        with duckdb.connect(str(Path(scratch) / path.name)) as db:
            tables = db.execute(
                "select schema_name, table_name from duckdb_tables() where not internal"
            ).fetchall()
            for schema, name in tables:
                rows = db.execute(f'select * from "{schema}"."{name}"').fetchall()
                yield (
                    f"{schema}.{name}",
                    b"\n".join(_as_bytes(one) for row in rows for one in row),
                )


def _as_bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode(errors="surrogateescape")
    if isinstance(value, list | dict):
        # Long texts are kept in pieces.
        texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
        joined = "".join(value) + "\n" if texts else ""
        return (joined + json.dumps(value, ensure_ascii=False, default=str)).encode()
    return str(value).encode()


def _unescaped(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2] or escape[3]
    return chr(int(digits, 16)) if digits else ""
