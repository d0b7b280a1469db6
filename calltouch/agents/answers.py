"""What the tools answer: of the API's answers all that one needs to quote a number rightly."""

import re
from collections.abc import Iterator

from calltouch.agents.asking import MOST_ROWS, Ask, Value, cursor_of, page_of
from calltouch.agents.plain_text import plain
from calltouch.agents.remote_api import Json, Pairs, Refused, RemoteApi

_OF_A_LEAD = {
    "state": "lead_card",
    "tags": "lead_tags_now",
    "attribution": "lead_attribution",
    "history": "lead",
}
_FEW, _MANY = 20, 100
_SENTENCE_END = re.compile(r"(?<=\.)\s")


def reports_of(api: RemoteApi, page: str | None) -> Json:
    """Raises `Refused`."""
    told = api.get("definitions")
    pages = {one["page"]: one for one in told["pages"]}
    if page is not None and page not in pages:
        raise Refused(f"There is no page {page}. There is: {', '.join(pages)}")
    return {
        "reports": [
            {
                "report": one["report"],
                "page": one["page"],
                "answers": _first_sentence(one["definition"]),
                "can_group": bool(one["group_by"]),
            }
            for one in told["reports"]
            if page in (None, one["page"])
        ],
        "pages": [
            {"page": one["page"], "question": one["question"]}
            for one in pages.values()
            if page in (None, one["page"])
        ],
    }


def report_of(api: RemoteApi, ask: Ask) -> Json:
    """Raises `Refused`."""
    told = api.get("definitions", [("report", ask.report)])
    (report,), (page,) = told["reports"], told["pages"]
    pairs = ask.pairs
    answer = api.get(f"reports/{report['report']}", pairs)
    rows, following = answer["rows"], cursor_of(answer.get("next"))
    return {
        "report": report["report"],
        "definition": report["definition"],
        "filters": plain(answer["filters"]),
        **_fresh(answer),
        "page": _address(api, report, page, pairs),
        "columns": answer["columns"],
        "rows": [plain(row) for row in rows[:MOST_ROWS]],
        "is_cut": following is not None,
        "next_cursor": following,
    }


def definition_of(api: RemoteApi, word: str) -> Json:
    """Everything of this name. Raises `Refused`."""
    named, wanted = [*_named(api.get("definitions"))], word.strip().casefold()
    found = [what for name, what in named if name.casefold() == wanted]
    if not found:
        names = [*dict.fromkeys(name for name, _ in named)]
        near = [name for name in names if wanted and wanted in name.casefold()]
        raise Refused(f"Nothing has this name. There is: {', '.join((near or names)[:_MANY])}")
    return {"found": found[:_FEW], "is_cut": len(found) > _FEW}


def tables_of(api: RemoteApi, table: str | None) -> Json:
    """Raises `Refused`."""
    answer = api.get("reports/catalogue")
    rows = answer["rows"]
    names = [row["table_name"] for row in rows if row["column_name"] is None]
    if table is not None and table not in names:
        raise Refused(f"There is no table {table}. There is: {', '.join(names)}")
    wanted = [
        {
            "name": row["table_name"] if table is None else row["column_name"],
            "type": ("view" if row["is_view"] else "table") if table is None else row["data_type"],
            "comment": row["comment_en"],
        }
        for row in rows
        if (row["column_name"] is None) == (table is None) and table in (None, row["table_name"])
    ]
    return {"table": table, "tables" if table is None else "columns": wanted, **_fresh(answer)}


def rows_of_sql(api: RemoteApi, sql: str, parameters: Json) -> Json:
    """Raises `Refused`."""
    answer = api.post("sql", {"sql": sql, "parameters": parameters})
    rows = answer.pop("rows", [])
    return {
        **{name: plain(value) for name, value in answer.items()},
        "page": api.page("/sql"),
        "rows": [plain(row) for row in rows[:MOST_ROWS]],
        "is_cut": len(rows) > MOST_ROWS or bool(answer.get("truncated")),
    }


def changes_of(api: RemoteApi, since: str | None, cursor: int, limit: int) -> Json:
    """Its cursor goes on later, too, when more has come. Raises `Refused`."""
    filters: dict[str, Value] = {"changed_after": cursor}
    if since:
        filters["since"] = since
    answer = report_of(api, Ask("change_feed", filters=filters, limit=limit))
    rows = answer["rows"]
    return {**answer, "next_cursor": rows[-1]["delivery_id"] if rows else cursor}


def lead_of(api: RemoteApi, lead_type: str, lead_id: int) -> Json:
    """Raises `Refused`."""
    lead = [("lead_type", lead_type), ("lead_id", f"{lead_id}")]
    asked = [*lead, ("limit", f"{MOST_ROWS}")]
    answers = {what: api.get(f"reports/{name}", asked) for what, name in _OF_A_LEAD.items()}
    if not answers["state"]["rows"]:
        raise Refused(f"There is no {lead_type} {lead_id}.")
    told = api.get("definitions", [("report", "lead")])
    return {
        "definition": told["reports"][0]["definition"],
        **_fresh(answers["state"]),
        "page": _address(api, told["reports"][0], told["pages"][0], lead),
        "state": plain(answers["state"]["rows"][0]),
        **{
            what: [plain(row) for row in answer["rows"]]
            for what, answer in answers.items()
            if what != "state"
        },
        "is_cut": any(answer["next"] for answer in answers.values()),
    }


def _fresh(answer: Json) -> Json:
    """As of when, and in which zone."""
    freshness = answer["freshness"]
    told = {
        "data_as_of": freshness["last_received_at"],
        "published_at": freshness["published_at"],
        "timezone": answer["filters"]["timezone"],
    }
    known = {name: answer[name] for name in ("as_of", "rebuilding") if name in answer}
    return told | known


def _address(api: RemoteApi, report: Json, page: Json, pairs: Pairs) -> str | None:
    found = page_of(report, page, pairs)
    return found and api.page(*found)


def _first_sentence(text: str) -> str:
    return _SENTENCE_END.split(text, maxsplit=1)[0]


def _named(told: Json) -> Iterator[tuple[str, Json]]:
    """Everything that is defined, by its name."""
    for page in told["pages"]:
        yield page["page"], {"what": "page", **page}
    for report in told["reports"]:
        yield report["report"], {"what": "report", **report}
    for known in told["filters"]:
        yield known["parameter"], {"what": "filter", **known}
    for report in told["reports"]:
        within = {name: report[name] for name in ("report", "page")}
        for own in report["parameters"]:
            yield own["parameter"], {"what": "parameter", **within, **own}
        for column in report["columns"]:
            counted = {"rows": report["definition"]}
            yield column["column"], {"what": "column", **within, **column, **counted}
