"""What became of a web request to Calltouch, as a step sees it. Pure.

Whatever may have been done is unknown. A refusal keeps Calltouch's own words, cut: they are for the
operation's page and for no log.
"""

from collections.abc import Sequence, Set

from flows.outcomes import SURELY_NOT_DONE, Judgement, Outcome
from receiver.calltouch_api.client import ApiError, ApiUnavailable
from receiver.calltouch_api.methods import AnnotationResult, CallbackRefused, ImportResult
from receiver.calltouch_api.post_once import OutcomeUnknown, PostRefused

_LONGEST_TEXT = 200
_SILENT = "calltouch-silent"


def judge_error(
    error: ApiError, failure: str, status: int | None, not_done: Set[int] = SURELY_NOT_DONE
) -> Judgement:
    """`failure`: why there is no answer, if there is none. `not_done`: statuses with which nothing
    was done."""
    if status in not_done and not failure:
        return Judgement(Outcome.NOT_DONE, f"status-{status}")
    match error:
        case ApiUnavailable():
            return Judgement(Outcome.NOT_DONE, failure or f"status-{status}")
        case OutcomeUnknown():
            return Judgement(Outcome.UNKNOWN, failure or _unclear(status))
        case CallbackRefused() if error.may_help_later:
            return Judgement(Outcome.NOT_DONE, f"calltouch-{error.code}", _cut(error.messages))
        case PostRefused():
            return Judgement(Outcome.REFUSED, _why(error.code, status), _cut(error.messages))
        case _ if status is None:
            return Judgement(Outcome.REFUSED, "access-denied", "check CALLTOUCH_API_TOKEN")
        case _ if 300 <= status < 400:
            return Judgement(Outcome.REFUSED, "redirect", "check CALLTOUCH_API_URL")
        case _:
            return Judgement(Outcome.REFUSED, f"status-{status}")


def judge_import(result: ImportResult) -> Judgement:
    if result.imported:
        return Judgement(Outcome.DONE)
    if result.is_unclear:
        return Judgement(Outcome.UNKNOWN, "answer-unclear")
    return Judgement(Outcome.REFUSED, "says-no", _cut([result.error or ""]))


def judge_annotation(result: AnnotationResult) -> Judgement:
    """One of which nothing is said was taken together with the rest."""
    if result.done is None:
        return Judgement(Outcome.DONE, notes=(_SILENT,))
    if result.done:
        return Judgement(Outcome.DONE)
    return Judgement(Outcome.REFUSED, "says-no", _cut([result.error or ""]))


def _unclear(status: int | None) -> str:
    return f"status-{status}" if status is not None and status >= 500 else "answer-unclear"


def _why(code: int | None, status: int | None) -> str:
    if code is not None:
        return f"calltouch-{code}"
    return f"status-{status}" if status is not None and status >= 300 else "says-no"


def _cut(messages: Sequence[str]) -> str:
    return "; ".join(messages)[:_LONGEST_TEXT]
