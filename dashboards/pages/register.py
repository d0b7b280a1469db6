"""The pages that there are."""

from dashboards.page.cards import Page
from dashboards.pages.alerts.page import PAGE as alerts
from dashboards.pages.attribution.page import PAGE as attribution
from dashboards.pages.calendar.page import PAGE as work_calendar
from dashboards.pages.callback.page import PAGE as callback
from dashboards.pages.changes.page import PAGE as changes
from dashboards.pages.data.page import PAGE as data
from dashboards.pages.deliveries.page import PAGE as deliveries
from dashboards.pages.flow.page import PAGE as flow
from dashboards.pages.flows.page import PAGE as flows
from dashboards.pages.journal.page import PAGE as journal
from dashboards.pages.lead.page import PAGE as lead
from dashboards.pages.managers.page import PAGE as staff
from dashboards.pages.models.page import PAGE as models
from dashboards.pages.operation.page import PAGE as operation
from dashboards.pages.operations.page import PAGE as operations
from dashboards.pages.overview.page import PAGE as overview
from dashboards.pages.quality.page import PAGE as quality
from dashboards.pages.replay.page import PAGE as replay
from dashboards.pages.rescue.page import PAGE as rescue
from dashboards.pages.spam.page import PAGE as spam
from dashboards.pages.system.page import PAGE as system
from dashboards.pages.tags.page import PAGE as tags
from dashboards.pages.uniqueness.page import PAGE as uniqueness

PAGES: tuple[Page, ...] = (
    overview,
    changes,
    attribution,
    models,
    uniqueness,
    tags,
    quality,
    rescue,
    staff,
    callback,
    spam,
    journal,
    lead,
    deliveries,
    alerts,
    flows,
    flow,
    operations,
    operation,
    replay,
    work_calendar,
    data,
    system,
)
"""In the order of the navigation."""
