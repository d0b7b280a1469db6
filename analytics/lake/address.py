"""Where the lake is: its catalogue in PostgreSQL, its files in a directory or in a bucket."""

import re
from dataclasses import dataclass, field
from pathlib import Path

PREFIX = "ducklake:postgres:"
_WORD = re.compile(r"\s*([a-z_]+)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s'\\]+)\s*")
_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[A-Za-z0-9._=-]+)*/?")
# A server that is gone without a word is noticed within half a minute.
_PATIENCE = (
    "connect_timeout=10 keepalives_idle=10 keepalives_interval=5 keepalives_count=3 "
    "tcp_user_timeout=20000"
)
_SECRETS = ("password", "passfile", "sslpassword")


@dataclass(frozen=True, slots=True)
class LakePlace:
    """One lake of the catalogue's list: a schema there, and a directory or prefix for its files."""

    number: int
    schema: str
    data: str

    @property
    def is_in_bucket(self) -> bool:
        return self.data.startswith("s3://")


@dataclass(frozen=True, slots=True)
class LakeAddress:
    """`catalog`: words of a libpq connection string, without its password. `data`: a directory, or
    `s3://bucket/prefix`, below which each lake has its own."""

    catalog: str
    data: str
    password: str | None = field(default=None, repr=False)

    @property
    def is_in_bucket(self) -> bool:
        return self.data.startswith("s3://")

    def place(self, number: int, data: str | None = None) -> LakePlace:
        """`data`: where its files are, if it was made when the settings named another place."""
        files = data or f"{self.data}/lake-{number}/"
        return LakePlace(number, f"calltouch_lake_{number}", files)

    @property
    def session(self) -> str:
        """`catalog`, with patience where it says nothing of that."""
        return f"{_PATIENCE} {self.catalog}"

    def redacted(self, text: str) -> str:
        """A text of somebody else's, without the password."""
        return text.replace(self.password, "********") if self.password else text


def lake_address(store: str, data: str, password: str | None) -> LakeAddress:
    """Of the settings' values, which `read_store` and `read_data` have checked."""
    where = (
        data.rstrip("/") if data.startswith("s3://") else str(Path(data).expanduser().absolute())
    )
    return LakeAddress(store.removeprefix(PREFIX).strip(), where, password)


def read_store(raw: object) -> str:
    """Raises `ValueError` with the end of "store must be …", which holds no value of it."""
    written = str(raw).strip()
    words = _words(written.removeprefix(PREFIX)) if written.startswith(PREFIX) else {}
    if "dbname" not in words:
        raise ValueError("like ducklake:postgres:host=db.example dbname=calltouch user=calltouch")
    if words.keys() & {*_SECRETS}:
        raise ValueError("without a password: that is store_password, or its file")
    return written


def read_data(raw: object) -> str:
    written = str(raw).strip()
    if not written or ("://" in written and not _BUCKET.fullmatch(written)):
        raise ValueError("a directory, or s3://bucket/prefix")
    return written


def _words(conninfo: str) -> dict[str, str]:
    """Empty where it is not a connection string."""
    found, end = {}, 0
    while match := _WORD.match(conninfo, end):
        found[match[1]], end = match[2], match.end()
    return found if end == len(conninfo) else {}
