"""The application factories: the one place where receiver and dashboards meet.

The receiver's own, which must stay light, is in receiver_app.py.
"""

from functools import partial

from flask import Flask, Request

from analytics.earlier_file import attach_completed
from analytics.published_file import Published
from analytics.sql_sandbox.limits import MEGABYTE, SandboxLimits
from analytics.sql_sandbox.sandbox import SqlSandbox
from calltouch.alerts.desk import StoredAlerts
from calltouch.calendar_file import StoredCalendar
from calltouch.flow_pages.definitions import DefinitionFiles
from calltouch.flow_pages.operations import StoredDesk
from calltouch.report_desk import StoredReports
from calltouch.system_desk import StoredSystem
from dashboards.access.audit import COMMAND_LINE
from dashboards.access.gate import Gate
from dashboards.access.roles import Reader, Role
from dashboards.access.state import AccessStore
from dashboards.api.sql_room import SqlRoom
from dashboards.app import PageSettings, create_dashboards, register_pages
from dashboards.pages.alerts.desk import attach_alerts
from dashboards.pages.calendar.desk import attach_calendar
from dashboards.pages.flow_editor.desk import attach_flow_editor
from dashboards.pages.operations.desk import attach_desk
from dashboards.pages.register import PAGES
from dashboards.pages.system.desk import attach_system
from dashboards.standalone import NotMade, PageFile, page_as_file_of
from dashboards.views.desk import attach_reports
from dashboards.wording.texts import Texts
from receiver.allowlist import client_address
from receiver.behind_proxy import BehindProxy
from receiver.data_dir import DataDir
from receiver.digest.rebuild import fingerprint_for
from receiver.ingest.web import WebhookFlask, register_receiver
from receiver.ops.flow_runner import runner_remark
from receiver.ops.health import health_blueprint
from receiver.ops.metrics_page import metrics_blueprint
from receiver.ops.shipping_state import shipping_remark
from receiver.published import published_source
from receiver.settings.settings import Settings

__all__ = [
    "NotMade",
    "cabinet_path",
    "create_app",
    "create_dashboards_app",
    "load",
    "load_dashboards",
    "page_as_file",
    "page_file",
    "page_settings",
]


def load() -> Flask:
    """What `gunicorn wsgi:app` runs: everything on one port."""
    return create_app(Settings.load())


def load_dashboards() -> Flask:
    """What the dashboards' gunicorn workers run."""
    return create_dashboards_app(Settings.load())


def create_dashboards_app(settings: Settings) -> Flask:
    """The application of the dashboards' port: pages, reports, metrics, health."""
    published = Published(published_source(settings), follows=True, attaches=attach_completed)
    app = create_dashboards(published, page_settings(settings), gate(settings))
    _attach_desks(app, settings, published)
    app.register_blueprint(metrics_blueprint(settings))
    remark = partial(_remark, settings)
    app.register_blueprint(health_blueprint("dashboards", settings, published.check, remark))
    app.wsgi_app = BehindProxy(app.wsgi_app, settings)  # type: ignore[method-assign]
    return app


def _remark(settings: Settings) -> str | None:
    """What is to be told beside that pages work."""
    place = DataDir(settings.data_dir)
    remarks = [runner_remark(place)]
    if settings.parcels is not None:
        remarks.append(shipping_remark(place.shipping))
    return "\n".join(filter(None, remarks)) or None


def create_app(settings: Settings) -> Flask:
    """The receiver and the dashboards in one application."""
    app = WebhookFlask(__name__)
    register_receiver(app, settings)
    published = Published(published_source(settings), follows=True, attaches=attach_completed)
    register_pages(app, published, page_settings(settings), gate(settings), at_most=2)
    _attach_desks(app, settings, published)
    app.register_blueprint(metrics_blueprint(settings))
    return app


def _attach_desks(app: Flask, settings: Settings, published: Published) -> None:
    """What the pages may do to what lies beside the published file."""
    attach_alerts(app, StoredAlerts(settings, published))
    attach_calendar(app, StoredCalendar(DataDir(settings.data_dir).calendar))
    attach_desk(app, StoredDesk(DataDir(settings.data_dir)))
    attach_system(app, StoredSystem(settings))
    attach_reports(app, StoredReports(settings))
    if settings.sql_seconds:
        SqlRoom(sql_sandbox(settings)).attach(app)
    attach_flow_editor(app, DefinitionFiles(settings, page_settings(settings).receiver_url))


def sql_sandbox(settings: Settings) -> SqlSandbox:
    """For what readers write themselves, over the file without persons."""
    memory = settings.sql_memory * MEGABYTE
    limits = SandboxLimits(settings.sql_seconds, settings.sql_rows, memory)
    return SqlSandbox(DataDir(settings.data_dir).keyed, settings.timezone, limits)


def page_settings(settings: Settings) -> PageSettings:
    """What the pages need to know about the settings; no secrets."""
    port = "" if settings.port == 80 else f":{settings.port}"
    return PageSettings(
        timezone=settings.timezone,
        receiver_url=settings.public_url or f"http://<host>{port}",
        has_secret=settings.secret_of("default") is not None,
        has_api=_has_api(settings),
        fingerprint=dict(fingerprint_for(settings).rows()),
    )


def _has_api(settings: Settings) -> bool:
    """Whether Calltouch's API can be queried: a site and a token are set."""
    tokens = (settings.api_token, *(site.api_token for site in settings.sites.values()))
    return bool(settings.site_ids or settings.sites) and any(tokens)


def gate(settings: Settings) -> Gate:
    """Access control; behind a trusted proxy, clients have the addresses that it names."""

    def address(web_request: Request) -> str:
        forwarded = web_request.headers.get("X-Forwarded-For", "")
        client = client_address(web_request.remote_addr or "", forwarded, settings.trusted_proxies)
        return "" if client is None else str(client)

    return Gate(AccessStore(DataDir(settings.data_dir).state), address)


def page_as_file(
    settings: Settings, page: str, query: str, language: str, *, personal: bool = False
) -> str:
    """A page as one HTML file; `query` is the slice as in its URL. Raises `NotMade`."""
    reader = Reader(COMMAND_LINE, Role.ANALYST if personal else Role.VIEWER)
    return page_file(settings, page, query, language, reader).html


def page_file(settings: Settings, page: str, query: str, language: str, reader: Reader) -> PageFile:
    """The same with what it says in a few lines, as this reader may see it. Raises `NotMade`."""
    app = create_dashboards_app(settings)
    return page_as_file_of(app, PAGES, page, query, language, reader)


def cabinet_path(name: str, language: str = "en") -> str:
    """The menu path in Calltouch's cabinet to webhooks, api or statistics."""
    return Texts(language)(f"cabinet.{name}")
