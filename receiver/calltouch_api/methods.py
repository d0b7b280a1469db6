"""Calltouch's methods that change data: requests, callbacks, tags, comments, managers.

One call is one API request, so that its outcome, or an unknown one, applies to exactly what was
given. Batch methods answer 200 and report each item separately.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from receiver.calltouch_api.bodies import (
    Body,
    CallbackOrder,
    LeadComment,
    LeadManagers,
    LeadTags,
    NewRequest,
    comments_body,
    managers_body,
    requests_body,
    tags_body,
)
from receiver.calltouch_api.post_once import OutcomeUnknown, Poster, PostRefused, SiteToken

_LEADS = "/lead-service/v1/api"
CREATE = f"{_LEADS}/request/create"
TAG, COMMENT, MANAGER = (f"{_LEADS}/{name}/lead/add" for name in ("tag", "comment", "manager"))
CALLBACK = "/widget-service/v1/api/widget-request/user-form/create"

_LOOK_FOR_CALLBACK = (
    "the client may get a call. Check Calltouch's journal before sending it again: "
    "the client could be called twice"
)
_LOOK_FOR_REQUESTS = (
    "the requests may exist. Look for their numbers in Calltouch's journal before "
    "sending them again"
)
_LOOK_AT_LEADS = "it may be done. Check the leads in Calltouch's journal before sending it again"

_UNCLEAR = f"the answer does not say: {_LOOK_FOR_REQUESTS}"
_LATER = (10005, 10006, 10007)
_ADVICE = {
    1: "the body did not arrive as JSON: check proxies between here and Calltouch",
    10001: "not enough callback minutes: buy more in Calltouch",
    10002: "the callback service is off: switch it on in Calltouch",
    10003: "no enabled widget has this route key: check the key, and that the widget is on",
    10004: "the site has no such session: check the site, or omit the session",
    10005: "the session has reached its callback limit: try later",
    10006: "the phone has reached its callback limit: try later",
    10007: "this phone or session had a callback just now: try a little later",
    10013: "Calltouch does not call this phone: check the number",
}


class CallbackRefused(PostRefused):
    """`may_help_later`: a limit of the phone or session; trying later may help."""

    def __init__(self, code: int, messages: tuple[str, ...]) -> None:
        advice = _ADVICE.get(code, "the code is not documented")
        text = "; ".join(messages)
        super().__init__(f"Calltouch refuses the callback ({code}): {advice} ({text})", messages)
        self.code: int = code
        self.may_help_later = code in _LATER


@dataclass(frozen=True, slots=True)
class ImportResult:
    """`error`: why a request was refused."""

    number: str | None
    imported: bool
    error: str | None = None

    @property
    def is_unclear(self) -> bool:
        """Whether the answer did not say what became of it."""
        return self.error == _UNCLEAR


@dataclass(frozen=True, slots=True)
class AnnotationResult:
    """`done` None: Calltouch accepted the batch without reporting on this lead."""

    lead: str
    done: bool | None
    error: str | None = None


class Sender:
    """For one site. All methods raise `InvalidValue`, before anything is sent, and `ApiError`."""

    def __init__(self, poster: Poster, access: SiteToken) -> None:
        self._poster = poster
        self._access = access

    def create_requests(self, requests: Sequence[NewRequest]) -> list[ImportResult]:
        """Create 1 to 100 requests; results in the same order."""
        body = requests_body(requests)
        data = self._post(CREATE, body, _LOOK_FOR_REQUESTS)
        answers = data.get("requests")
        if not isinstance(answers, list):
            raise OutcomeUnknown(
                f"Calltouch's answer does not tell the outcome: {_LOOK_FOR_REQUESTS}"
            )
        return _imported(body["requests"], answers)

    def request_callback(self, callback: CallbackOrder) -> int:
        """Returns its widgetRequestId. Also raises `CallbackRefused`."""
        try:
            data = self._post(CALLBACK, callback.body(), _LOOK_FOR_CALLBACK)
        except PostRefused as refused:
            if refused.code is None:
                raise
            raise CallbackRefused(refused.code, refused.messages) from None
        number = data.get("widgetRequestId")
        if not str(number).isdecimal():
            raise OutcomeUnknown(
                f"Calltouch's answer does not tell the outcome: {_LOOK_FOR_CALLBACK}"
            )
        return int(str(number))

    def add_tags(self, taggings: Sequence[LeadTags]) -> list[AnnotationResult]:
        """For 1 to 100 leads; results in the same order."""
        body = tags_body(taggings)
        return _annotated(taggings, self._post(TAG, body, _LOOK_AT_LEADS), "leads")

    def add_comments(self, commentings: Sequence[LeadComment]) -> list[AnnotationResult]:
        body = comments_body(commentings)
        return _annotated(commentings, self._post(COMMENT, body, _LOOK_AT_LEADS), "comments")

    def add_managers(self, managings: Sequence[LeadManagers]) -> list[AnnotationResult]:
        body = managers_body(managings)
        return _annotated(managings, self._post(MANAGER, body, _LOOK_AT_LEADS), "leads")

    def _post(self, path: str, body: Body, if_unknown: str) -> Mapping[str, Any]:
        return self._poster.post(path, body, self._access, if_unknown)


def _imported(sent: list[Body], answers: list[Any]) -> list[ImportResult]:
    """Match by number if there is one: the order of answers is not documented."""
    named = {
        str(answer["requestNumber"]): answer
        for answer in answers
        if isinstance(answer, dict) and answer.get("requestNumber") is not None
    }
    results = []
    for position, item in enumerate(sent):
        number = item.get("requestNumber")
        answer = named.get(number) if number else None
        if (
            answer is None
            and len(answers) == len(sent)
            and not _is_of_another(answers[position], number)
        ):
            answer = answers[position]
        results.append(_one_imported(number, answer))
    return results


def _is_of_another(answer: Any, number: str | None) -> bool:
    given = answer.get("requestNumber") if isinstance(answer, dict) else None
    return number is not None and given is not None and str(given) != number


def _one_imported(number: str | None, answer: Any) -> ImportResult:
    if not isinstance(answer, dict) or not isinstance(answer.get("imported"), bool):
        return ImportResult(number, False, _UNCLEAR)
    given = answer.get("requestNumber")
    number = number or (str(given) if given is not None else None)
    if answer["imported"]:
        return ImportResult(number, True)
    return ImportResult(
        number,
        False,
        _why(answer, ("error", "errorMessage", "message")) or "Calltouch gives no reason",
    )


def _annotated(
    sent: Sequence[LeadTags | LeadComment | LeadManagers], data: Mapping[str, Any], name: str
) -> list[AnnotationResult]:
    """The answer for single items is not documented: without an error, an item counts as done."""
    listed = data.get(name)
    answers = (
        listed if isinstance(listed, list) and len(listed) == len(sent) else [None] * len(sent)
    )
    return [
        _one_annotated(str(item.lead), answer) for item, answer in zip(sent, answers, strict=True)
    ]


def _one_annotated(lead: str, answer: Any) -> AnnotationResult:
    if not isinstance(answer, dict):
        return AnnotationResult(lead, None)
    why = _why(answer, ("error", "errorMessage"))
    return AnnotationResult(lead, why is None, why)


def _why(answer: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """Documented for deals as `error`; assumed for requests and leads."""
    for name in names:
        if answer.get(name):
            return str(answer[name])[:300]
    return None
