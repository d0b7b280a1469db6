"""`/files`: which versions there are, and each of them as a whole or in ranges of bytes.

A link with a version always gives the same bytes, or 410 when they are gone.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
from flask import Blueprint, Flask, Response, current_app, jsonify, redirect, request, url_for
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response as WerkzeugResponse
from werkzeug.wsgi import FileWrapper

from analytics.published_file import NotPublished, PublishedFile, PublishedSource
from dashboards.access.gate import current_reader, require_personal
from dashboards.access.notes import note_file_taken
from dashboards.access.refusals import refuse_program
from dashboards.remote.shelf import VersionGone, VersionShelf
from dashboards.remote.versions import FileVersion, VersionBytes
from dashboards.slice.bad_query import NoSuchPage
from dashboards.web.admission import Admission

remote = Blueprint("remote", __name__, url_prefix="/files")

PUBLISHED = "calltouch"
KEYED = "calltouch-keyed"
_EXTENSION = "remote"
_NAME = re.compile(rf"({KEYED}|{PUBLISHED})(?:-(\d{{8}}T\d{{12}}Z-[0-9a-f]{{12}}))?\.duckdb")
_KIND = "application/vnd.duckdb.file"
_PIECE = 1 << 18
# Below that an answer occupies its thread for a moment.
_LARGE = 8 << 20
_MOST_LARGE = 2
_MOST_SMALL = 4
_MOST_NOTED = 1000
_FOREVER = "private, max-age=86400, immutable"


@dataclass(frozen=True, slots=True)
class RemoteFiles:
    """One per application. `noted`: which reader has been noted in the audit with which version;
    so it is written once, not for each of thousands of ranges."""

    shelves: Mapping[str, VersionShelf]
    large: Admission
    small: Admission
    noted: dict[tuple[str, str, str], None] = field(default_factory=dict)

    def attach(self, app: Flask) -> None:
        app.extensions[_EXTENSION] = self


def remote_files(published: PublishedSource, at_most: int | None = None) -> RemoteFiles:
    """The keyed file stands beside the published one; a lake is no file that could be given.
    `at_most`: as `register_pages` says."""
    keyed = published.file.with_name(f"{KEYED}.duckdb")
    large, small = (_MOST_LARGE, _MOST_SMALL) if at_most is None else (1, at_most)
    shelves = {KEYED: VersionShelf(keyed)}
    if isinstance(published, PublishedFile):
        shelves = {PUBLISHED: VersionShelf(published.file), **shelves}
    return RemoteFiles(shelves, Admission(large), Admission(small))


def _attached() -> RemoteFiles:
    attached = current_app.extensions[_EXTENSION]
    assert isinstance(attached, RemoteFiles)
    return attached


@remote.get("")
def listed() -> Response:
    """Those that this reader may take."""
    names = [PUBLISHED, KEYED] if current_reader().sees_personal else [KEYED]
    found = []
    for name in (name for name in names if name in _attached().shelves):
        try:
            found.append(_about(name, _newest(name)))
        except NotPublished:
            continue
    return jsonify(files=found)


@remote.get("/<name>")
def given(name: str) -> WerkzeugResponse:
    asked = _NAME.fullmatch(name)
    of, version = (None, None) if asked is None else asked.groups()
    if of is None or of not in _attached().shelves:
        raise NoSuchPage("not_found")
    if of == PUBLISHED:
        require_personal()
    if version is None:
        return redirect(_link(of, _newest(of)), 307)
    held, file = _attached().shelves[of].taken(version)
    try:
        return _answer(of, held, file)
    except BaseException:
        file.close()
        raise


@remote.errorhandler(VersionGone)
def gone(error: VersionGone) -> Response:
    asked = _NAME.fullmatch((request.view_args or {})["name"])
    assert asked is not None
    newest = url_for("dashboards.remote.given", name=f"{asked[1]}.duckdb")
    return refuse_program(
        410, f"this version is no longer kept: open the newest one, {newest} leads to it"
    )


@remote.errorhandler(RequestedRangeNotSatisfiable)
def outside(error: RequestedRangeNotSatisfiable) -> Response:
    response = refuse_program(416, "there are no such bytes in this file")
    response.headers["Content-Range"] = f"bytes */{error.length}"
    return response


def _newest(of: str) -> FileVersion:
    """Raises `NotPublished`."""
    try:
        return _attached().shelves[of].newest()
    except FileNotFoundError:
        raise NotPublished(f"{of}.duckdb has not been made yet") from None
    except (OSError, duckdb.Error) as error:
        raise NotPublished(f"{of}.duckdb cannot be read: {type(error).__name__}") from error


def _answer(of: str, held: FileVersion, file: VersionBytes) -> Response:
    response = Response(FileWrapper(file, _PIECE), mimetype=_KIND)  # type: ignore[arg-type]
    response.call_on_close(file.close)
    response.content_length = held.size
    response.set_etag(held.version)
    response.headers["Cache-Control"] = _FOREVER
    response.make_conditional(request, accept_ranges=True, complete_length=held.size)
    if request.method == "GET" and response.status_code in (200, 206):
        _admit(response)
        try:
            _note(of, held)
        except BaseException:
            # It is not given, so it gives its place back.
            response.close()
            raise
    return response


def _admit(response: Response) -> None:
    """A reader keeps its place until the last byte is sent. Raises `TooBusy`."""
    is_large = (response.content_length or 0) > _LARGE
    admission = _attached().large if is_large else _attached().small
    admission.enter()
    response.call_on_close(admission.leave)


def _note(of: str, held: FileVersion) -> None:
    noted, key = _attached().noted, (current_reader().name, of, held.version)
    if key in noted:
        return
    note_file_taken(f"{of}.duckdb", held.version)
    noted[key] = None
    while len(noted) > _MOST_NOTED:
        del noted[next(iter(noted))]


def _about(of: str, held: FileVersion) -> dict[str, Any]:
    keyed = {} if held.keyed_at is None else {"keyed_at": held.keyed_at.isoformat()}
    return {
        "file": f"{of}.duckdb",
        "name": _name(of, held),
        "version": held.version,
        "link": _link(of, held),
        "bytes": held.size,
        "etag": f'"{held.version}"',
        "published_at": held.published_at.isoformat(),
        **keyed,
        "last_delivery_id": held.last_delivery_id,
    }


def _name(of: str, held: FileVersion) -> str:
    return f"{of}-{held.version}.duckdb"


def _link(of: str, held: FileVersion) -> str:
    return url_for("dashboards.remote.given", name=_name(of, held))
