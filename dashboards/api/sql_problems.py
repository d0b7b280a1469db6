"""Why there are no rows, in the words of the reader."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from analytics.sql_sandbox.refused import Refused
from analytics.sql_sandbox.sandbox import NoSuchFile, NotAnswered
from dashboards.api.sql_room import SqlOff
from dashboards.wording.texts import Texts

PROBLEMS = (Refused, NotAnswered, NoSuchFile, SqlOff)


@dataclass(frozen=True, slots=True)
class SqlProblem:
    """`position`: the character of the statement that it is about. `expected`: what there is."""

    status: HTTPStatus
    text: str
    position: int | None = None
    expected: tuple[str, ...] = ()


def problem_of(error: Exception, texts: Texts) -> SqlProblem:
    """Of one of `PROBLEMS`."""
    if isinstance(error, Refused):
        known = tuple(map(str, error.values.get("known", ())))
        text = texts(f"sql_refused.{error.code}", **_written(error.values))
        return SqlProblem(HTTPStatus.BAD_REQUEST, text, error.position, known)
    if isinstance(error, NotAnswered):
        text = error.message if error.code == "sql" else texts(f"sql_problem.{error.code}")
        is_ours = error.code == "file"
        status = HTTPStatus.SERVICE_UNAVAILABLE if is_ours else HTTPStatus.BAD_REQUEST
        return SqlProblem(status, text)
    if isinstance(error, NoSuchFile):
        return SqlProblem(HTTPStatus.SERVICE_UNAVAILABLE, texts("sql_problem.no_file"))
    return SqlProblem(HTTPStatus.NOT_FOUND, texts("sql_problem.off"))


def _written(values: dict[str, Any]) -> dict[str, str]:
    """Lists as a reader reads them."""
    return {
        name: ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in values.items()
    }
