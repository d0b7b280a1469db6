"""The pages, as an application of their own or as a part of another one."""

from functools import partial

from flask import Blueprint, Flask, g, request

from analytics.published_file import Published
from analytics.restricted.files import LeadFiles
from dashboards.access.gate import Gate, current_reader, open_to_all, shown_to
from dashboards.access.register import guard
from dashboards.access.roles import Audience, Reader
from dashboards.api.definitions import definitions_of
from dashboards.api.figures import register_figures
from dashboards.api.openapi.document import openapi
from dashboards.api.reports import api
from dashboards.api.sql import sql_api
from dashboards.api.sql_room import runs_sql
from dashboards.api.why_changed import causes_api
from dashboards.files.views import register_files
from dashboards.page.cards import Page
from dashboards.page.render import show
from dashboards.pages.access.audit_views import access_log
from dashboards.pages.access.views import access_pages
from dashboards.pages.alerts.changes import alert_changes
from dashboards.pages.alerts.desk import alerts_going_on
from dashboards.pages.alerts.rule_changes import rule_changes
from dashboards.pages.attribution.rows import ROWS, show_rows
from dashboards.pages.calendar.changes import calendar_changes
from dashboards.pages.documents.views import documents
from dashboards.pages.flow_editor.views import flow_editor
from dashboards.pages.journal.kept_columns import kept_columns
from dashboards.pages.operations.changes import changes, desk_closed, nothing_done
from dashboards.pages.operations.desk import DeskClosed, NothingDone
from dashboards.pages.register import PAGES
from dashboards.pages.sql.views import sql_page
from dashboards.pages.system.jobs import jobs
from dashboards.problems import handle_outside, handle_problems
from dashboards.recordings.link import reclink_of
from dashboards.recordings.view import MOST_LISTENERS, Recordings, listening
from dashboards.remote.views import remote, remote_files
from dashboards.standalone import export_page
from dashboards.views.changes import view_changes
from dashboards.views.guests import guests
from dashboards.views.listing import views
from dashboards.views.menu import (
    kept_views,
    open_start_view,
    palette_knows,
    pinned_links,
    views_menu,
)
from dashboards.views.scheduling import scheduling
from dashboards.views.sharing import sharing
from dashboards.web.admission import Admission, admit, leave_anyway, leave_when_sent
from dashboards.web.assets import static_file
from dashboards.web.headers import protect
from dashboards.web.reader_request import remember_language
from dashboards.web.settings import Dashboards, PageSettings, dashboards

__all__ = ["Gate", "PageSettings", "create_dashboards", "register_pages"]

_STATIC = "dashboards.static_file"
_RECORDING = "dashboards.recordings.listen"
_REMOTE_FILE = "dashboards.remote.given"


def create_dashboards(published: Published, page_settings: PageSettings, gate: Gate) -> Flask:
    """An application of nothing but the pages."""
    app = Flask(__name__, static_folder=None)
    register_pages(app, published, page_settings, gate)
    handle_outside(app)
    app.after_request(protect)
    return app


def register_pages(
    app: Flask,
    published: Published,
    page_settings: PageSettings,
    gate: Gate,
    at_most: int | None = None,
) -> None:
    """Add the pages to an application.

    `at_most`: web requests for pages that are served at once, for an application whose process
    has more urgent things to do; more of them are answered 503 after a moment. None: any number.
    Besides, one recording is listened to at once there, else two.
    """
    admission = None if at_most is None else Admission(at_most)
    files = LeadFiles(published)
    Dashboards(files, page_settings, admission).attach(app)
    listeners = Admission(MOST_LISTENERS if at_most is None else 1)
    gate.attach(app)
    Recordings(partial(_reclink_of, files), admission=listeners).attach(app)
    remote_files(published.source, at_most).attach(app)
    app.register_blueprint(_blueprint())


def _blueprint() -> Blueprint:
    """Everything is bound to the blueprint: what else the application serves is left alone."""
    blueprint = Blueprint("dashboards", __name__, template_folder="templates")
    blueprint.before_request(_admit)
    guard(blueprint)
    blueprint.before_request(open_start_view)
    blueprint.register_blueprint(listening)
    blueprint.context_processor(_given)
    for page in PAGES:
        view = shown_to(page.audience, partial(show, page))
        blueprint.add_url_rule(page.path, page.name, view)
    blueprint.add_url_rule(ROWS.path, "tree_rows", shown_to(ROWS.audience, show_rows))
    blueprint.register_blueprint(api)
    register_figures(blueprint, PAGES)
    blueprint.register_blueprint(causes_api)
    blueprint.register_blueprint(sql_api)
    blueprint.register_blueprint(openapi)
    blueprint.register_blueprint(remote)
    blueprint.register_blueprint(documents)
    blueprint.register_blueprint(definitions_of(PAGES))
    blueprint.register_blueprint(views)
    blueprint.register_blueprint(view_changes)
    blueprint.register_blueprint(sharing)
    blueprint.register_blueprint(guests)
    blueprint.register_blueprint(scheduling)
    blueprint.register_blueprint(kept_columns)
    blueprint.register_blueprint(changes)
    blueprint.register_error_handler(DeskClosed, desk_closed)
    blueprint.register_error_handler(NothingDone, nothing_done)
    blueprint.register_blueprint(flow_editor)
    blueprint.register_blueprint(calendar_changes)
    blueprint.register_blueprint(jobs)
    blueprint.register_blueprint(sql_page)
    blueprint.register_blueprint(alert_changes)
    blueprint.register_blueprint(rule_changes)
    blueprint.register_blueprint(access_pages)
    blueprint.register_blueprint(access_log)
    register_files(blueprint, PAGES)
    exported = shown_to(Audience.SITES, partial(export_page, PAGES))
    blueprint.add_url_rule("/export/<name>", "export_page", exported)
    blueprint.add_url_rule("/static/<path:name>", "static_file", open_to_all(static_file))
    # Run from the last to the first.
    blueprint.after_request(leave_when_sent)
    blueprint.after_request(protect)
    blueprint.after_request(remember_language)
    blueprint.teardown_request(leave_anyway)
    handle_problems(blueprint)
    return blueprint


def _given() -> dict[str, object]:
    """What templates are given besides what their view says."""
    return {
        "navigation": _navigation(g.get("reader")),
        "palette": palette_knows,
        "runs_sql": runs_sql,
        "alerts_going_on": alerts_going_on,
        "kept_views": kept_views,
        "pinned_links": pinned_links,
        "views_menu_of": views_menu,
    }


def _reclink_of(files: LeadFiles, lead_id: int) -> str | None:
    return reclink_of(files.of(current_reader().rights), lead_id)


def _navigation(reader: Reader | None) -> list[Page]:
    """The pages of the menu that this reader may open."""
    return [page for page in PAGES if page.is_listed and reader and reader.is_among(page.audience)]


def _admit() -> None:
    """Static files come from memory and wait for nobody; listeners, and who
    takes whole files, have places of their own."""
    admission = dashboards().admission
    if admission is not None and request.endpoint not in (_STATIC, _RECORDING, _REMOTE_FILE):
        admit(admission)
