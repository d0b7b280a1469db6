"""The two exports: calls by `dd/mm/yyyy`, requests by `mm/dd/yyyy`."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, g, request

from simulator.api.access import check_query_token, site_of_query_token
from simulator.api.account import Account, LeadType
from simulator.api.answers import Refusal, api_error, export_answer, internal_failure
from simulator.api.call_records import call_record
from simulator.api.dates import CALLS_ORDER, REQUESTS_ORDER, BadDate, DateRange
from simulator.api.faults import change_of
from simulator.api.journal import ExportQuery
from simulator.api.periods import BadPage, ExportSlice, read_page, read_period
from simulator.api.request_records import request_record
from simulator.api.state import state_here
from simulator.api.wanted import RecordOptions, is_on
from simulator.lives.leads import Call, Condition

exports = Blueprint("exports", __name__)

_BAD_REQUEST = 400
_ONLY_ONE_DAY = "Без постраничного вывода доступна выгрузка только за один день"


@exports.get("/calls-service/RestAPI/<int:site_id>/calls-diary/calls")
def calls(site_id: int) -> Response:
    """A bare array of one day's calls, or with `page` or `limit` a page of any period's."""
    check_query_token(site_id)
    state, query = state_here(), request.args
    period, page = _asked_of_calls(query)
    calls = [
        (call, condition)
        for call, condition in _account().calls(site_id, period.since, period.until)
        if _is_wanted(call, condition, query)
    ]
    wanted = RecordOptions.from_query(query, state.options.has_newer_fields)
    shown, total = _shown("call", page, calls)
    records = [
        _worded(call_record(item[0], item[1], wanted), "callId")
        if isinstance(item, tuple)
        else item
        for item in shown
    ]
    _note("call", site_id, period, page, len(records))
    return export_answer(_wrapped(page, records, total) if page else records)


@exports.get("/calls-service/RestAPI/requests")
def requests() -> Response:
    """Always a bare array; whether `page` is honoured is an option. Bad dates break the real
    one."""
    site_id = site_of_query_token()
    state, query = state_here(), request.args
    try:
        period = read_period(query, REQUESTS_ORDER)
        page = _page(query) if state.options.pages_requests else None
    except (BadDate, BadPage):
        return internal_failure()
    wanted = RecordOptions.from_query(
        {n: v for n, v in query.items() if n != "attribution" or _heeds_attribution()},
        state.options.has_newer_fields,
    )
    requests = list(_account().requests(site_id, period.since, period.until))
    shown, _ = _shown("request", page, requests)
    records = [
        _worded(request_record(item[0], item[1], wanted), "requestId")
        if isinstance(item, tuple)
        else item
        for item in shown
    ]
    _note("request", site_id, period, page, len(records))
    return export_answer(records)


def _account() -> Account:
    lagging = change_of("lagging")
    account = state_here().account
    return account if lagging is None or lagging.at is None else account.as_of(lagging.at)


def _page(query: Mapping[str, str]) -> ExportSlice | None:
    options = state_here().options
    return read_page(query, options.page_size, options.most_per_page)


def _shown(
    lead_type: LeadType, page: ExportSlice | None, leads: Sequence[Any]
) -> tuple[Sequence[Any], int]:
    """Leads with their state, followed by any odd records; and the total."""
    state, moved = state_here(), change_of("moved")
    turned = leads[::-1] if state.options.newest_first else leads
    listed = [*turned, *state.oddities[lead_type]]
    if page is None:
        return listed, len(listed)
    records = moved.records if moved else 0
    return page.cut(listed, records), len(listed) + records


def _worded(record: dict[str, Any], name: str) -> dict[str, Any]:
    if state_here().options.ids_as_text:
        record[name] = str(record[name])
    return record


def _heeds_attribution() -> bool:
    return state_here().options.requests_heed_attribution


def _asked_of_calls(query: Mapping[str, str]) -> tuple[DateRange, ExportSlice | None]:
    options = state_here().options
    try:
        period = read_period(query, CALLS_ORDER)
        page = _page(query)
    except (BadDate, BadPage) as error:
        raise Refusal(api_error(_BAD_REQUEST, f"Неверное значение параметра: {error}")) from error
    if period.first > period.last:
        raise Refusal(api_error(_BAD_REQUEST, "dateFrom позже dateTo"))
    if page is None and period.first != period.last:
        raise Refusal(api_error(_BAD_REQUEST, _ONLY_ONE_DAY))
    if options.most_days is not None and len(period.days) > options.most_days:
        raise Refusal(api_error(_BAD_REQUEST, f"Период больше {options.most_days} дней"))
    return period, page


def _is_wanted(call: Call, condition: Condition, query: Mapping[str, str]) -> bool:
    talk = condition.talk
    facts = {
        "uniqueOnly": call.is_unique,
        "targetOnly": talk is not None and talk.is_target,
        "uniqTargetOnly": talk is not None and talk.is_unique_target,
        "callbackOnly": call.callback is not None,
    }
    if query.get("callId") not in (None, str(call.lead_id)):
        return False
    return all(fact for name, fact in facts.items() if is_on(query.get(name)))


def _wrapped(page: ExportSlice, records: Sequence[Any], total: int) -> dict[str, Any]:
    return {
        "page": page.number,
        "pageTotal": page.total(total, state_here().options.counts_pages_by_limit),
        "pageSize": page.size,
        "recordsTotal": total,
        "records": records,
    }


def _note(
    lead_type: str, site_id: int, period: DateRange, page: ExportSlice | None, records: int
) -> None:
    """For the journal."""
    number = page.number if page else None
    g.fetched = ExportQuery(lead_type, site_id, period.days, number, records)
