"""The two ways to the reports: over HTTP, and in this process over a published file.

Both answer the same addresses, because over a file the application of the dashboards itself
answers them: the rows of a data set are those of the pages and of the API by construction.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import duckdb
import orjson
import pyarrow as pa
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from analytics.published_file import NotPublished, Published, PublishedFile
from analytics.restricted.rights import WHOLE
from analytics.store import fingerprint_of
from calltouch.bearer import BearerToken
from calltouch.dataset.problems import (
    BadOption,
    BadStatement,
    CalltouchError,
    NothingThere,
    Unreachable,
)
from dashboards.access.gate import Gate
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from dashboards.access.tokens import create_token
from dashboards.app import PageSettings, create_dashboards
from dashboards.slice.as_of import read_as_of
from dashboards.slice.bad_query import BadQuery
from dashboards.web.settings import dashboards

Pairs = Sequence[tuple[str, str]]

_TIMEOUT_SECONDS = (10.0, 300.0)
_TRIES = Retry(
    total=3,
    backoff_factor=0.5,
    status_forcelist=(502, 503, 504),
    allowed_methods=("GET",),
    respect_retry_after_header=True,
    raise_on_status=False,
    redirect=0,
)
_MEMORY = "1GB"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, object]:
        try:
            value = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            value = {}
        return value if isinstance(value, dict) else {}


class Transport(Protocol):
    """`place`: where the data is, without anything secret."""

    place: str

    def get(self, path: str, pairs: Pairs) -> Reply: ...

    def post(self, path: str, body: Mapping[str, object]) -> Reply: ...

    def ask_file(
        self, statement: str, parameters: Mapping[str, object], as_of: str | None
    ) -> pa.Table | None:
        """What the file itself answers; None where there is none at hand."""

    def close(self) -> None: ...


class HttpTransport:
    """To a server; the token goes nowhere else."""

    def __init__(self, url: str, token: str | None) -> None:
        self.place = url.rstrip("/")
        self._session = requests.Session()
        if token is not None:
            self._session.auth = BearerToken(token)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=_TRIES))

    def get(self, path: str, pairs: Pairs) -> Reply:
        return self._reply("GET", path, params=list(pairs))

    def post(self, path: str, body: Mapping[str, object]) -> Reply:
        return self._reply("POST", path, json=body)

    def ask_file(
        self, statement: str, parameters: Mapping[str, object], as_of: str | None
    ) -> pa.Table | None:
        return None

    def close(self) -> None:
        self._session.close()

    def _reply(self, method: str, path: str, **what: object) -> Reply:
        try:
            found = self._session.request(
                method,
                self.place + path,
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
                **what,  # type: ignore[arg-type]
            )
        except requests.RequestException as error:
            reason = type(error).__name__
            raise Unreachable(f"{self.place} does not answer ({reason})") from None
        if found.is_redirect:
            host = urlsplit(found.headers.get("Location", "")).netloc
            raise Unreachable(f"{self.place} leads to {host or 'another address'}: open that one")
        return Reply(found.status_code, found.headers, found.content)


class FileTransport:
    """To a published file: whoever has it has all that is in it."""

    def __init__(
        self,
        path: Path,
        now: datetime | None = None,
        kept: TemporaryDirectory[str] | None = None,
    ) -> None:
        """`kept`: the directory of the file, where it goes with this."""
        self._kept = kept
        self.place = f"{path}"
        self._clock = partial(_now, now)
        self._is_closed = False
        self._published = Published(PublishedFile(path), _MEMORY)
        self._directory = TemporaryDirectory(prefix="calltouch-")
        access = AccessStore(Path(self._directory.name) / "state.sqlite")
        with access.changing() as db:
            _, token = create_token(db, datetime.now(UTC), Role.ADMIN, secrets.token_hex(4))
        self._headers = {"Authorization": f"Bearer {token}"}
        self._timezone = self._read_timezone()
        settings = PageSettings(
            self._timezone, "http://localhost", has_secret=False, clock=self._clock
        )
        self._app = create_dashboards(self._published, settings, Gate(access))

    def get(self, path: str, pairs: Pairs) -> Reply:
        return self._reply("GET", path, query_string=list(pairs))

    def post(self, path: str, body: Mapping[str, object]) -> Reply:
        return self._reply("POST", path, json=dict(body))

    def ask_file(
        self, statement: str, parameters: Mapping[str, object], as_of: str | None
    ) -> pa.Table | None:
        """Everything that is in it. Raises `BadStatement`."""
        self._check_open()
        with self._known(as_of).reading() as db:
            try:
                return db.execute(statement, dict(parameters)).to_arrow_table()
            except duckdb.Error as error:
                raise BadStatement(f"{error}") from error

    def close(self) -> None:
        self._is_closed = True
        self._directory.cleanup()
        if self._kept is not None:
            self._kept.cleanup()

    def _known(self, as_of: str | None) -> Published:
        with self._app.app_context():
            files = dashboards().files
        if as_of is None:
            return files.of(WHOLE)
        zone = ZoneInfo(self._timezone)
        try:
            instant = read_as_of({"as_of": as_of}, zone, self._clock().astimezone(zone))
        except BadQuery as error:
            raise BadOption(f"as_of={as_of} is no instant that is past", error.expected) from error
        assert instant is not None
        return files.at(instant, WHOLE)

    def _check_open(self) -> None:
        if self._is_closed:
            raise CalltouchError(f"{self.place} has been closed: open it again")

    def _read_timezone(self) -> str:
        try:
            with self._published.reading() as db:
                return fingerprint_of(db).get("timezone", "UTC")
        except NotPublished as error:
            raise NothingThere(f"{error}") from error

    def _reply(self, method: str, path: str, **what: object) -> Reply:
        self._check_open()
        client = self._app.test_client(use_cookies=False)
        found = client.open(path, method=method, headers=self._headers, **what)  # type: ignore[arg-type]
        return Reply(found.status_code, dict(found.headers), found.get_data())


def _check_address(url: str) -> None:
    """An address is shown in errors and notebooks, so nothing secret may be in it."""
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.password or parts.query or parts.fragment:
        raise CalltouchError("give the address as https://leads.example, and the token as token=…")


def _now(fixed: datetime | None) -> datetime:
    return fixed or datetime.now(UTC)


def transport_to(where: str | Path, token: str | None, now: datetime | None) -> Transport:
    """Raises `CalltouchError`."""
    written = f"{where}"
    if now is not None and now.tzinfo is None:
        raise CalltouchError("now needs its zone, as in datetime.now(UTC)")
    if written.startswith(("http://", "https://")):
        if now is not None:
            raise CalltouchError("now is for a file; a server has a clock of its own")
        _check_address(written)
        return HttpTransport(written, token)
    if token is not None:
        raise CalltouchError("a token is for a server; give its URL, or the path without a token")
    if not Path(written).is_file():
        raise NothingThere(f"{written} is not there: has it been published? (`calltouch doctor`)")
    return FileTransport(Path(written).absolute(), now)
