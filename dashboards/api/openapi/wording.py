"""What the document says of parameters. It is for programmers and in English alone."""

from analytics.reports.filters import FilterKind

ABOUT = (
    "Every number on the pages comes from one of these reports, and each gives the same rows here. "
    "What a report does not know is answered 400 with what it knows. Values of a filter are "
    "alternatives; `null` means that Calltouch gave none, `<не заполнено>` the empty text. "
    "A filter may be compared in other ways, `source.has=ya`, and stand in a group of which one "
    "has to be true, `any1.city=omsk`. Readers without personal data see masks."
)
LIST_OF_REPORTS = "The reports, their own parameters, the filters and the formats"
THIS_DOCUMENT = "This document"
DEFINITIONS = "What reports, columns, parameters and filters mean, and which page shows a report"
ONE_REPORT = "Only this report, without the filters."

OF_PARAMETERS = {
    "from": "First day, included.",
    "to": "Last day, included; today without it.",
    "period": "Days that move on with time, instead of `from` and `to`. 30 days without either.",
    "until": "A local moment of the last day: what came later that day does not count.",
    "as_of": "Only what was known then: a day, a local moment or an instant.",
    "compare": "What the rows are compared with: each number gets `_before`, `_change` and, for "
    "counts, `_is_chance` beside it. `slice` takes filters such as `vs.site`.",
    "compare_from": "With `compare=days`: the first day.",
    "compare_to": "With `compare=days`: the last day.",
    "model": "Attribution model: 0 last interaction, 1 last non-direct; without it, the preferred.",
    "format": "The format of the answer; `excel_csv` is CSV as Excel in Russian reads it.",
    "lang": "The language of errors.",
    "group_by": "What leads are grouped by, each a column of the answer.",
    "columns": "Only these columns, in this order; all of them without it. Groups must be chosen.",
    "limit": "How many rows at most; 0 is all of them. `next` leads to the others.",
    "cursor": "Where the page begins: as the `next` of the page before says.",
    "recovery_hours": "How many hours after a missed call a call back counts.",
    "top": "How many rows, the first ones.",
    "across": "Whether calls and requests are looked at apart, or as one.",
    "longer_than": "In seconds.",
    "at_most": "In seconds; without it there is no bound.",
    "depth": "In days; 0 is unlimited.",
    "least": "The fewest leads of a group.",
    "unit": "What one row stands for.",
    "lead_type": "With `lead_id`: which lead.",
    "lead_id": "The id of the lead in Calltouch.",
    "after_at": "Only leads after the one with this `at`, `after_type` and `after_id`.",
    "after_type": "See `after_at`.",
    "sort": "By this column, from the least, or with a minus before its name from the largest.",
    "skip": "Of a list that is sorted: so many rows come before.",
    "after_id": "See `after_at`.",
    "since": "Only what was received after this instant.",
    "changed_after": "Only what deliveries after the one of this number have changed.",
    "flow": "Operations of this flow.",
    "state": "Operations in this state; `undecided`: failed, unknown and held. Of alerts: `now`, "
    "those that go on.",
    "kind": "Alerts of this kind.",
    "reason": "Operations for this reason.",
    "step": "Operations whose last attempt was at this step.",
    "host": "Operations whose last attempt was at this host.",
    "http_status": "Operations whose last attempt was answered with this status.",
    "lead": "Operations about the lead with this id.",
    "among": "Only operations of these numbers.",
    "before": "Only rows before the one of this number.",
}
OF_FILTER_KINDS = {
    FilterKind.TEXT: "Leads whose `{}` is one of these.",
    FilterKind.FLAG: "Leads of which `{}` is true, false or unknown.",
    FilterKind.WHOLE: "Leads whose `{}` is one of these.",
    FilterKind.CHOICE: "Leads whose `{}` is one of these.",
    FilterKind.SET: "Leads of one of these sets.",
    FilterKind.SITE: "Leads of the sites with these ids or names.",
    FilterKind.CONTACT: "Leads of this client.",
}
OF_FILTERS = {
    "site": "Leads of the sites with these ids.",
    "tags": "Leads that have all of these tags.",
    "tags_any": "Leads that have one of these tags.",
    "tags_not": "Leads that have none of these tags.",
    "waiting_from": "Calls that waited at least so many seconds.",
    "waiting_to": "Calls that waited at most so many seconds.",
    "weekday": "Leads of these days of the week, 1 is Monday.",
    "hour": "Leads of these hours of the day.",
    "source_0": "Leads with one of these sources in the last interaction.",
    "medium_0": "Leads with one of these mediums in the last interaction.",
    "source_1": "Leads with one of these sources in the last non-direct interaction.",
    "medium_1": "Leads with one of these mediums in the last non-direct interaction.",
    "search": "A part of a name, phone, e-mail, tag, comment or transcript, or the id of a lead.",
    "id_or_tag": "The id of a lead, or a part of a tag.",
    "clean": "Without junk: neither marked as spam nor tagged by antifraud.",
    "only": "Leads of one of these sets, as on the pages.",
}
