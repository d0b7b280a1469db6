"""Who reads: in which language, in which zone, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection
from flask import Response, render_template, request, stream_template, url_for

from analytics.store import fingerprint_of
from dashboards.web.assets import asset_url
from dashboards.web.settings import dashboards
from dashboards.wording.formats import Formats
from dashboards.wording.texts import LANGUAGES, Texts

_COOKIE = "lang"
_OF_PROGRAMS = "en"
_API = ("/api/", "/files")
_A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class ReaderContext:
    """Per web request. `now` is in the zone of the file that is asked, else in the configured one.

    `as_of`: the instant until which deliveries count, where the URL names one; it is `now` as well.

    `outdated`: what that file was made with that is no longer in force, so that the store has to be
    rebuilt: `timezone`, `decoding` (of webhooks), `schema_version`.
    """

    formats: Formats
    now: datetime
    outdated: tuple[str, ...] = ()
    as_of: datetime | None = None

    @property
    def texts(self) -> Texts:
        return self.formats.texts

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def timezone(self) -> str:
        return self.formats.zone.key


def is_api() -> bool:
    """Whether the web request is for programs."""
    return request.path.startswith(_API)


def cookie_path() -> str:
    """Of cookies for all pages. Without a slash at its end, for the home page may have none."""
    return request.script_root or "/"


def current_reader_context() -> ReaderContext:
    """Of the web request that is being answered, in the configured zone."""
    return _reader_context(ZoneInfo(dashboards().settings.timezone))


def reader_context_of(db: DuckDBPyConnection) -> ReaderContext:
    """The same over a published file: its days are those of the zone it was made for."""
    settings, made_with = dashboards().settings, fingerprint_of(db)
    wanted = {"timezone": settings.timezone, **settings.fingerprint}
    outdated = tuple(name for name in wanted if made_with.get(name, wanted[name]) != wanted[name])
    return _reader_context(ZoneInfo(made_with.get("timezone", settings.timezone)), outdated)


def render(template: str, reader_context: ReaderContext, **values: object) -> str:
    """A page: in templates `t` are the texts and `f` the formats."""
    return render_template(template, **_given(reader_context), **values)


def generate(template: str, reader_context: ReaderContext, **values: object) -> Iterator[str]:
    """The same in pieces, each made when it is taken."""
    return stream_template(template, **_given(reader_context), **values)


def _given(reader_context: ReaderContext) -> dict[str, object]:
    return {
        "reader_context": reader_context,
        "t": reader_context.texts,
        "f": reader_context.formats,
        "asset": asset_url,
        "home": url_for("dashboards.overview"),
        "languages": _languages(),
        "back_to_now": "?" + urlencode(_here_without("as_of")),
        "wanted_zone": dashboards().settings.timezone,
    }


def asked_language() -> str:
    """Of a program: `?lang=`, else English, whatever a browser remembers or prefers."""
    wanted = request.args.get("lang", "")
    return wanted if wanted in LANGUAGES else _OF_PROGRAMS


def chosen_language() -> str:
    """`?lang=`, else what it was the last time, else what the browser prefers, else Russian; of the
    API as programs ask for it."""
    if is_api():
        return asked_language()
    for wanted in (request.args.get("lang"), request.cookies.get(_COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def remember_language(response: Response) -> Response:
    wanted = request.args.get("lang")
    if wanted in LANGUAGES and not is_api():
        response.set_cookie(
            _COOKIE,
            wanted,
            _A_YEAR,
            path=cookie_path(),
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
    return response


def _reader_context(zone: ZoneInfo, outdated: tuple[str, ...] = ()) -> ReaderContext:
    formats = Formats(Texts(chosen_language()), zone)
    return ReaderContext(formats, dashboards().settings.clock().astimezone(zone), outdated)


def _languages() -> list[tuple[str, str, str]]:
    """Code, own name and link to this same page, per language.

    The link is a query alone: a path from outside might begin with two slashes and lead elsewhere.
    """
    here = _here_without("lang")
    return [
        (code, Texts(code)("site.language"), "?" + urlencode([*here, ("lang", code)]))
        for code in LANGUAGES
    ]


def _here_without(name: str) -> list[tuple[str, str]]:
    return [pair for pair in request.args.items(multi=True) if pair[0] != name]
