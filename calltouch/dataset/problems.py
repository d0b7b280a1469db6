"""What can go wrong, under one name: `CalltouchError`. Each text says what to do."""

from collections.abc import Sequence


class CalltouchError(Exception):
    """Of everything that a data set raises."""


class Refused(CalltouchError):
    """What was asked is not there or not understood. `expected`: what there is instead.
    `parameter`: of the question, where the text is about one."""

    def __init__(
        self, text: str, expected: Sequence[str] = (), parameter: str | None = None
    ) -> None:
        there_is = f" There is: {', '.join(expected)}." if expected else ""
        super().__init__(f"{text}{there_is}")
        self.text = text
        self.expected = tuple(expected)
        self.parameter = parameter


class UnknownReport(Refused):
    """There is no report of this name."""


class BadOption(Refused):
    """A filter, an option or a value that the report does not have."""


class BadStatement(Refused):
    """SQL that is not understood, or that names what is not there."""


class NoFigure(Refused):
    """No page draws this."""


class NoSuchLead(CalltouchError):
    """Calltouch has sent no lead of this type and id."""


class NotAllowed(CalltouchError):
    """The token is missing, unknown or expired, or its role does not reach so far."""


class NothingThere(CalltouchError):
    """There is no published file yet, no delivery in it, or none until the instant asked of."""


class Unreachable(CalltouchError):
    """The server does not answer, or not now. `retry_after`: seconds, where it said so."""

    def __init__(self, text: str, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class MissingPackage(CalltouchError):
    """What this needs is not installed."""
