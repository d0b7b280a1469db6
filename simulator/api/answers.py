"""Answers of the API: JSON, and its several kinds of errors."""

import json
from typing import Any

import orjson
from flask import Response, redirect

HELP_PATH = "/support/"
_JSON = "application/json"

INTERNAL_FAILURE = {
    "errorCode": "500",
    "message": "При обработке вашего запроса произошла ошибка. "
    "Обратитесь в службу технической поддержки.",
}
INVALID_CREDENTIALS = {"message": "Invalid credentials"}


class Refusal(Exception):
    """The request is answered with this error."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


def json_answer(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, content_type=_JSON)


def export_answer(value: Any) -> Response:
    """Also writes unusual JSON: numbers of any length, half a surrogate pair, Infinity."""
    return Response(json.dumps(value), content_type=_JSON)


def data_answer(result: Any) -> Response:
    """The envelope of services that take JSON."""
    return json_answer({"data": result})


def api_error(code: int, message: str, status: int = 400) -> Response:
    error = {"errorCode": code, "errorMessage": message}
    return json_answer({"data": {"type": "apiErrorData", "apiErrorData": error}}, status)


def validation_error(*violations: str) -> Response:
    listed = [{"message": violation} for violation in violations]
    error = {"type": "validationError", "validationErrorData": {"violations": listed}}
    return json_answer({"data": error}, 400)


def invalid_credentials() -> Response:
    return json_answer(INVALID_CREDENTIALS, 403)


def internal_failure() -> Response:
    return json_answer(INTERNAL_FAILURE, 500)


def too_many_requests(retry_after: int | None) -> Response:
    """Status and body are guesses: only that it is an error is documented."""
    answer = json_answer({"message": "Too many requests"}, 429)
    if retry_after is not None:
        answer.headers["Retry-After"] = str(retry_after)
    return answer


def to_the_help_page() -> Response:
    """The answer for unknown paths."""
    answer = redirect(HELP_PATH)
    assert isinstance(answer, Response)
    return answer


def html_page(title: str, status: int = 200) -> Response:
    page = f"<!doctype html><html><head><title>{title}</title></head><body>{title}</body></html>"
    return Response(page, status, content_type="text/html; charset=utf-8")
