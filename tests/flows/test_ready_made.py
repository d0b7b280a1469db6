"""Every ready-made definition passes its check, and says what to paste where."""

import pytest

from flows.definition.reading import read_flow
from flows.ready_made import template_names, template_text


@pytest.mark.parametrize("name", template_names())
def test_a_template_passes_its_check(name: str) -> None:
    read = read_flow(name, template_text(name))
    assert read.flow is not None, [str(problem) for problem in read.problems]
    assert [problem for problem in read.problems if problem.kind == "warning"] == []
    assert template_text(name).startswith("# ")


def test_which_there_are() -> None:
    assert template_names() == [
        "call-to-amocrm",
        "call-to-bitrix24",
        "empty",
        "http-to-calltouch",
        "klientiks-appointment-to-http",
        "klientiks-client-added-to-http",
        "klientiks-invoice-to-http",
        "klientiks-visit-paid-to-http",
        "lead-to-telegram",
        "missed-call-to-callback",
        "tilda-to-calltouch",
    ]
