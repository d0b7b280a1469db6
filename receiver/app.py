"""The application factories: the one place where receiver and dashboards meet."""

from flask import Flask

from analytics.published import Published
from dashboards.app import PageSettings, create_dashboards, register_pages
from receiver.data_dir import DataDir
from receiver.health import health_blueprint
from receiver.metrics_page import metrics_blueprint
from receiver.settings import Settings
from receiver.web import register_receiver


def load_dashboards() -> Flask:
    """What the dashboards' workers run."""
    return create_dashboards_app(Settings.load())


def create_dashboards_app(settings: Settings) -> Flask:
    """The application of the dashboards' port: pages, reports, metrics, health."""
    published = Published(DataDir(settings.data_dir).published)
    app = create_dashboards(published, page_settings(settings))
    app.register_blueprint(metrics_blueprint(settings))
    app.register_blueprint(health_blueprint("dashboards", settings, published.check))
    return app


def create_app(settings: Settings) -> Flask:
    """Everything on one port, for `gunicorn wsgi:app`."""
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    register_receiver(app, settings)
    published = Published(DataDir(settings.data_dir).published)
    register_pages(app, published, page_settings(settings), at_most=2)
    app.register_blueprint(metrics_blueprint(settings))
    return app


def page_settings(settings: Settings) -> PageSettings:
    """What the pages need to know of the settings; no secrets."""
    port = "" if settings.port == 80 else f":{settings.port}"
    return PageSettings(
        timezone=settings.timezone,
        receiver_url=settings.public_url or f"http://<host>{port}",
        has_secret=settings.secret_of("default") is not None,
    )
