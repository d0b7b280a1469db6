"""What a URL asks for and there is not."""

from collections.abc import Sequence

_LONGEST = 60


class BadQuery(ValueError):
    """`key` is the text that says why, `values` what it fills in, `expected` what there is.
    `parameter`: of the URL, where the text names something else."""

    def __init__(
        self, key: str, expected: Sequence[str] = (), parameter: str | None = None, **values: str
    ) -> None:
        super().__init__(key)
        self.key = key
        self.parameter = parameter or values.get("name")
        self.expected = tuple(expected)
        self.values = {name: value[:_LONGEST] for name, value in values.items()}


class NoSuchLead(Exception):
    """Calltouch has sent no lead of this type and id."""


class NoSuchPage(Exception):
    """What a page would be about is not there. `key`: of the problem's texts."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key
