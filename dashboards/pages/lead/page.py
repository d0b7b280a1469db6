"""`/leads/<lead_type>/<lead_id>`: one lead, and how it came to be what it is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dashboards.access.roles import Audience
from dashboards.page import column
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part, TemplatePart
from dashboards.page.column import Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.pages.lead.facts import facts_of
from dashboards.pages.lead.file_tables import (
    attribution_table,
    comments_table,
    facts_table,
    phrases_table,
    tags_table,
    timeline_table,
)
from dashboards.pages.lead.others import others
from dashboards.pages.lead.passed_on import operations
from dashboards.pages.lead.timeline import TimelineRow, events
from dashboards.slice.bad_query import NoSuchLead
from dashboards.wording.parameters import parameter_of, parameter_text
from dashboards.wording.tag_names import category_name, tag_value
from dashboards.wording.texts import Texts

_LONGEST_JSON = 20_000
_MODELS = ("last_interaction", "last_non_direct")


@dataclass(frozen=True, slots=True)
class AttributionField:
    """What each model says of a field of traffic. `has_…`: whether it came for the lead; `differs`:
    None where only one did."""

    field: str
    last_interaction: str | None
    last_non_direct: str | None
    has_last_interaction: bool
    has_last_non_direct: bool
    differs: bool | None

    def values(self, models: Sequence[int]) -> list[str | None]:
        return [(self.last_interaction, self.last_non_direct)[model] for model in models]


@dataclass(frozen=True, slots=True)
class UrlParam:
    name: str
    value: str | None
    attribution_model: int


@dataclass(frozen=True, slots=True)
class SentDelivery:
    """`params`: as they came, but for links to the recording."""

    delivery_id: int
    received_at: datetime
    webhook: str
    params: str


def check(context: CardContext) -> None:
    """Raises `NoSuchLead`."""
    query = "select 1 from leads where lead_type = $lead_type and lead_id = $lead_id"
    if context.db.execute(query, dict(context.options)).fetchone() is None:
        raise NoSuchLead


def summary(context: CardContext) -> Sequence[Part]:
    (row,) = context.ask("lead_card", None, **context.options).records()
    groups = facts_of(row, context.formats)
    values = {
        "row": row,
        "at": row["happened_at"] or row["first_received_at"],
        "groups": groups,
        "journal": context.leads(),
    }
    return (TemplatePart("parts/lead_summary.html", values, facts_table(groups, context)),)


def conversation(context: CardContext) -> Sequence[Part]:
    """Nothing for a request."""
    if context.options["lead_type"] == "request":
        return ()
    if not context.reader.sees_personal:
        return empty(context, "lead.analysts_hear")
    (has_recording,) = context.ask("lead_card", None, **context.options).column("has_recording")
    phrases = context.ask("lead_transcript", None, **context.options).records()
    parts: list[Part] = []
    if has_recording:
        # Elsewhere than on the page itself nobody is signed in.
        path = f"/recordings/{context.options['lead_id']}"
        address = context.url(path) if context.origin == "" else None
        parts.append(TemplatePart("parts/lead_recording.html", {"address": address}))
    if phrases:
        table = phrases_table(phrases, context)
        parts.append(TemplatePart("parts/lead_transcript.html", {"phrases": phrases}, table))
    return parts or empty(context, "lead.no_conversation")


def attribution(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = ask_rows(context, "lead_attribution", AttributionField, **context.options)
    if not rows:
        return empty(context, "lead.no_attribution")
    has = (rows[0].has_last_interaction, rows[0].has_last_non_direct)
    received = [model for model in (0, 1) if has[model]]
    shown = [row for row in rows if any(text is not None for text in row.values(received))]
    titles = [texts(f"slice.model_{model}") for model in received]
    values: dict[str, object] = {
        "rows": shown,
        "names": {row.field: _named(row.field, texts) for row in rows},
        "received": [_MODELS[model] for model in received],
        "titles": titles,
        "label": texts("lead.attribution"),
    }
    by_field = [(row.field, row.values(received)) for row in shown]
    table = attribution_table(by_field, titles, context)
    differing = sum(bool(row.differs) for row in rows)
    compared = _compared(received, differing, context)
    return (compared, TemplatePart("parts/lead_attribution.html", values, table))


def timeline(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "lead", TimelineRow, **context.options)
    shown = events(rows, context.formats)
    table = timeline_table(shown, context)
    return (TemplatePart("parts/lead_timeline.html", {"events": shown}, table),)


def tags(context: CardContext) -> Sequence[Part]:
    answer = context.ask("lead_tags_now", None, **context.options)
    if not answer.rows:
        return empty(context, "lead.no_tags")
    unfiltered = replace(context.slice, chosen={})
    groups: dict[str, list[tuple[str, str | None]]] = {}
    for category, tag in zip(answer.column("tag_category"), answer.column("tag"), strict=True):
        link = context.leads(unfiltered, tags=tag_value(category, tag))
        groups.setdefault(category_name(category, context.texts), []).append((tag, link))
    table = tags_table(groups, context)
    return (TemplatePart("parts/lead_tags.html", {"groups": groups}, table),)


def comments(context: CardContext) -> Sequence[Part]:
    rows = context.ask("lead_comments_now", None, **context.options).records()
    if not rows:
        return empty(context, "lead.no_comments")
    table = comments_table(rows, context)
    return (TemplatePart("parts/lead_comments.html", {"comments": rows}, table),)


def url_params(context: CardContext) -> Sequence[Part]:
    """Nothing for a lead without: most have none."""
    rows = ask_rows(context, "lead_url_params_now", UrlParam, **context.options)
    label = context.texts("lead.url_params")
    return (table_of(context, label, _PARAM_COLUMNS, rows),) if rows else ()


def deliveries(context: CardContext) -> Sequence[Part]:
    """For those who may see what is in them."""
    if not context.reader.sees_personal:
        return empty(context, "lead.analysts_see")
    rows = ask_rows(context, "lead_deliveries", SentDelivery, **context.options)
    return [_raw(row, context) for row in rows]


PAGE = Page(
    "lead",
    "/leads/<any(call, request):lead_type>/<int(max=9223372036854775807):lead_id>",
    (
        Card("lead.summary", summary),
        Card("lead.attribution", attribution, "half"),
        Card("lead.conversation", conversation, "half"),
        Card("lead.tags", tags, "half"),
        Card("lead.comments", comments, "half"),
        Card("lead.url_params", url_params, "half"),
        Card("lead.timeline", timeline),
        Card("lead.operations", operations),
        Card("lead.others", others),
        Card("lead.deliveries", deliveries),
    ),
    sliced="no",
    is_listed=False,
    check=check,
    audience=Audience.MANAGERS,
)


def _named(field: str, texts: Texts) -> dict[str, str]:
    name = parameter_of(field)
    return {"name": name, "text": parameter_text(name, texts)}


def _raw(row: SentDelivery, context: CardContext) -> Collapsible:
    at = context.formats.short_moment(row.received_at)
    summary = context.texts("lead.delivery", id=row.delivery_id, at=at, webhook=row.webhook)
    values = {"id": row.delivery_id, **_pretty(row.params)}
    return Collapsible(summary, TemplatePart("parts/lead_json.html", values))


def _compared(received: Sequence[int], differing: int, context: CardContext) -> Paragraph:
    texts = context.texts
    if len(received) < 2:
        text = texts("lead.one_model", model=texts(f"slice.model_{received[0]}"))
        return Paragraph(
            text, "note", context.url("/models", context.slice.query), texts("lead.add_model")
        )
    if not differing:
        return Paragraph(texts("lead.models_agree"))
    return Paragraph(texts("lead.models_differ", count=differing))


def _pretty(params: str) -> dict[str, object]:
    try:
        written = json.dumps(json.loads(params), ensure_ascii=False, indent=2)
    except ValueError:
        written = params
    return {"json": written[:_LONGEST_JSON], "is_cut": len(written) > _LONGEST_JSON}


_PARAM_COLUMNS: Columns[UrlParam] = (
    column.text("lead.param_name", lambda row: row.name),
    column.text("lead.param_value", lambda row: row.value),
    column.words(
        "lead.param_model",
        lambda row, context: context.texts(f"slice.model_{row.attribution_model}"),
    ),
)
