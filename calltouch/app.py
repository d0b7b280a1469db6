"""The application factories: the one place where receiver and dashboards meet."""

from flask import Flask, Request

from analytics.published_file import Published
from dashboards.access.audit import COMMAND_LINE
from dashboards.access.gate import Gate
from dashboards.access.roles import Reader, Role
from dashboards.access.state import AccessStore
from dashboards.app import PageSettings, create_dashboards, register_pages
from dashboards.pages.register import PAGES
from dashboards.standalone import NotMade, page_as_file_of
from dashboards.wording.texts import Texts
from receiver.allowlist import client_address
from receiver.data_dir import DataDir
from receiver.digest.rebuild import basis_for
from receiver.ingest.web import register_receiver
from receiver.ops.health import health_blueprint
from receiver.ops.metrics_page import metrics_blueprint
from receiver.settings.settings import Settings

__all__ = [
    "NotMade",
    "cabinet_path",
    "create_app",
    "create_dashboards_app",
    "load_dashboards",
    "page_as_file",
    "page_settings",
    "title_of",
]


def load_dashboards() -> Flask:
    """What the dashboards' workers run."""
    return create_dashboards_app(Settings.load())


def create_dashboards_app(settings: Settings) -> Flask:
    """The application of the dashboards' port: pages, reports, metrics, health."""
    published = Published(DataDir(settings.data_dir).published, follows=True)
    app = create_dashboards(published, page_settings(settings), gate(settings))
    app.register_blueprint(metrics_blueprint(settings))
    app.register_blueprint(health_blueprint("dashboards", settings, published.check))
    return app


def create_app(settings: Settings) -> Flask:
    """Everything on one port, for `gunicorn wsgi:app`."""
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    register_receiver(app, settings)
    published = Published(DataDir(settings.data_dir).published, follows=True)
    register_pages(app, published, page_settings(settings), gate(settings), at_most=2)
    app.register_blueprint(metrics_blueprint(settings))
    return app


def page_settings(settings: Settings) -> PageSettings:
    """What the pages need to know of the settings; no secrets."""
    port = "" if settings.port == 80 else f":{settings.port}"
    return PageSettings(
        timezone=settings.timezone,
        receiver_url=settings.public_url or f"http://<host>{port}",
        has_secret=settings.secret_of("default") is not None,
        has_api=_has_api(settings),
        basis=dict(basis_for(settings).rows()),
    )


def _has_api(settings: Settings) -> bool:
    """Whether there is a site to ask Calltouch's API for, and a token for it."""
    tokens = (settings.api_token, *(site.api_token for site in settings.sites.values()))
    return bool(settings.site_ids or settings.sites) and any(tokens)


def gate(settings: Settings) -> Gate:
    """Who may look; behind a trusted proxy people are told apart by the addresses it names."""

    def address(web_request: Request) -> str:
        forwarded = web_request.headers.get("X-Forwarded-For", "")
        found = client_address(web_request.remote_addr or "", forwarded, settings.trusted_proxies)
        return "" if found is None else str(found)

    return Gate(AccessStore(DataDir(settings.data_dir).state), address)


def page_as_file(
    settings: Settings, page: str, query: str, language: str, *, personal: bool = False
) -> str:
    """A page as one HTML file; `query` is the slice as in its URL. Raises `NotMade`."""
    reader = Reader(COMMAND_LINE, Role.ANALYST if personal else Role.VIEWER)
    app = create_dashboards_app(settings)
    return page_as_file_of(app, PAGES, page, query, language, reader)


def cabinet_path(name: str, language: str = "en") -> str:
    """Where something is in Calltouch's cabinet: webhooks, api or statistics."""
    return Texts(language)(f"cabinet.{name}")


def title_of(page: str, language: str) -> str:
    """What a page is called in a language; raises `KeyError` for one that does not exist."""
    return Texts(language)(f"{page}.title")
