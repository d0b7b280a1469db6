"""`/leads/<lead_type>/<lead_id>`: one lead, and how it came to be what it is."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part, TemplatePart
from dashboards.page.context import CardContext
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.page.truncated import cut
from dashboards.pages.journal.columns import given, source, status
from dashboards.pages.lead.facts import facts_of
from dashboards.pages.lead.passed_on import operations
from dashboards.pages.lead.timeline import events
from dashboards.slice.bad_query import NoSuchLead
from dashboards.wording.phones import phone_text
from dashboards.wording.tag_names import category_name, tag_value

Record = dict[str, Any]

_OTHERS = 50
_OTHER = (
    *("at", "lead_type", "matched_by", "source", "status"),
    *("subject", "unique", "target", "manager"),
)
_LONGEST_JSON = 20_000
_MODELS = ("last_interaction", "last_non_direct")


def check(context: CardContext) -> None:
    """Raises `NoSuchLead`."""
    query = "select 1 from leads where lead_type = $lead_type and lead_id = $lead_id"
    if context.db.execute(query, dict(context.options)).fetchone() is None:
        raise NoSuchLead


def summary(context: CardContext) -> Sequence[Part]:
    (row,) = _ask(context, "lead_card")
    return (
        TemplatePart(
            "parts/lead_summary.html",
            {
                "row": row,
                "at": row["happened_at"] or row["first_received_at"],
                "groups": facts_of(row, context.formats),
                "journal": context.leads(),
            },
        ),
    )


def conversation(context: CardContext) -> Sequence[Part]:
    """Nothing for a request."""
    texts = context.texts
    if context.options["lead_type"] == "request":
        return ()
    if not context.reader.sees_personal:
        return (Paragraph(texts("lead.analysts_hear"), "empty"),)
    (row,) = _ask(context, "lead_card")
    phrases = _ask(context, "lead_transcript")
    parts: list[Part] = []
    if row["has_recording"]:
        # Elsewhere than on the page itself nobody is signed in.
        address = f"/recordings/{context.options['lead_id']}" if context.origin == "" else None
        parts.append(TemplatePart("parts/lead_recording.html", {"address": address}))
    if phrases:
        parts.append(TemplatePart("parts/lead_transcript.html", {"phrases": phrases}))
    return parts or (Paragraph(texts("lead.no_conversation"), "empty"),)


def attribution(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = _ask(context, "lead_attribution")
    if not rows:
        return (Paragraph(texts("lead.no_attribution"), "empty"),)
    received = [name for name in _MODELS if rows[0][f"has_{name}"]]
    shown = [row for row in rows if any(row[name] is not None for name in received)]
    differing = sum(bool(row["differs"]) for row in rows)
    values = {
        "rows": shown,
        "received": received,
        "titles": [texts(_model_text(name)) for name in received],
        "label": texts("lead.attribution"),
    }
    return (
        _compared(received, differing, context),
        TemplatePart("parts/lead_attribution.html", values),
    )


def timeline(context: CardContext) -> Sequence[Part]:
    told = events(_ask(context, "lead"), context.formats)
    return (TemplatePart("parts/lead_timeline.html", {"events": told}),)


def tags(context: CardContext) -> Sequence[Part]:
    rows = _ask(context, "lead_tags_now")
    if not rows:
        return (Paragraph(context.texts("lead.no_tags"), "empty"),)
    unfiltered = replace(context.slice, chosen={})
    groups: dict[str, list[tuple[str, str | None]]] = {}
    for row in rows:
        category, tag = row["tag_category"], row["tag"]
        link = context.leads(unfiltered, tags=tag_value(category, tag))
        groups.setdefault(category_name(category, context.texts), []).append((tag, link))
    return (TemplatePart("parts/lead_tags.html", {"groups": groups}),)


def comments(context: CardContext) -> Sequence[Part]:
    rows = _ask(context, "lead_comments_now")
    if not rows:
        return (Paragraph(context.texts("lead.no_comments"), "empty"),)
    return (TemplatePart("parts/lead_comments.html", {"comments": rows}),)


def url_params(context: CardContext) -> Sequence[Part]:
    """Nothing for a lead without: most have none."""
    texts, cells = context.texts, CellMaker(context.formats)
    rows = _ask(context, "lead_url_params_now")
    if not rows:
        return ()
    columns = [Column(texts(f"lead.param_{name}"), "text") for name in ("name", "value", "model")]
    listed = [
        Row(
            [
                cells.text(row["name"]),
                cells.text(row["value"]),
                cells.own(texts(f"slice.model_{row['attribution_model']}")),
            ]
        )
        for row in rows
    ]
    return (Table(texts("lead.url_params"), columns, listed),)


def others(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    answer = context.ask("other_leads", None, **context.options, top=_OTHERS)
    rows = answer.records()
    if not rows:
        return (Paragraph(texts("lead.no_others"), "empty"),)
    columns = [Column(texts(f"lead.other_{name}"), "text") for name in _OTHER]
    listed = [_other(row, context) for row in rows]
    table = Table(texts("lead.others"), columns, listed, "other-leads")
    return (*cut(context, answer, len(rows), rows[0]["in_all"]), table)


def deliveries(context: CardContext) -> Sequence[Part]:
    """As they came, but for links to the recording; for those who may see what is in them."""
    texts, formats = context.texts, context.formats
    if not context.reader.sees_personal:
        return (Paragraph(texts("lead.analysts_see"), "empty"),)
    rows = _ask(context, "lead_deliveries")
    return [
        Collapsible(
            texts(
                "lead.delivery",
                id=row["delivery_id"],
                at=formats.short_moment(row["received_at"]),
                webhook=row["webhook"],
            ),
            TemplatePart(
                "parts/lead_json.html", {"id": row["delivery_id"], **_pretty(row["params"])}
            ),
        )
        for row in rows
    ]


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
)


def _ask(context: CardContext, name: str, **options: int) -> list[Record]:
    return context.ask(name, None, **context.options, **options).records()


def _compared(received: Sequence[str], differing: int, context: CardContext) -> Paragraph:
    texts = context.texts
    if len(received) < 2:
        text = texts("lead.one_model", model=texts(_model_text(received[0])))
        return Paragraph(
            text, "note", context.url("/models", context.slice.query), texts("lead.add_model")
        )
    if not differing:
        return Paragraph(texts("lead.models_agree"))
    return Paragraph(texts("lead.models_differ", count=differing))


def _model_text(name: str) -> str:
    return f"slice.model_{_MODELS.index(name)}"


def _other(row: Record, context: CardContext) -> Row:
    texts, cells = context.texts, CellMaker(context.formats)
    link = context.lead(row["lead_type"], row["lead_id"])
    same = row.get(row["matched_by"])
    matched = texts(f"lead.by_{row['matched_by']}")
    return Row(
        [
            _when(row, cells, link),
            cells.own(texts(f"site.{row['lead_type']}")),
            cells.own(matched if same is None else f"{matched}: {phone_text(same)}"),
            source(row, cells),
            status({**row, "call_phase": None}, cells),
            given(row["subject"], cells),
            cells.flag(row["is_unique"]),
            cells.flag(row["is_target"]),
            given(row["manager"], cells),
        ]
    )


def _when(row: Record, cells: CellMaker, link: str | None) -> Cell:
    local = row["happened_local"]
    return cells.day(row["day"], link) if local is None else cells.moment(local, link)


def _pretty(params: str) -> dict[str, object]:
    try:
        written = json.dumps(json.loads(params), ensure_ascii=False, indent=2)
    except ValueError:
        written = params
    return {"json": written[:_LONGEST_JSON], "is_cut": len(written) > _LONGEST_JSON}
