"""Every report gives the same rows, whatever the rights of the reader and the instant."""

from collections.abc import Iterator
from typing import Any

import pytest

from analytics.published_file import Published
from analytics.reports.asking import Question
from analytics.reports.filters import Filters
from analytics.reports.registry import REPORTS
from analytics.reports.shared_parts import ask_keeping
from analytics.restricted.rights import WHOLE, LeadRights
from tests.analytics.reports.world import FIRST_DAY, LAST_DAY, NOW, ZONE
from tests.lake.readers.conftest import THEN, Twins

OF_FILES = ("published_file",)
RIGHTS = (WHOLE, LeadRights(sites=frozenset({1})), LeadRights(manager="Ivan"))
Readers = tuple[tuple[Published, Published], ...]


@pytest.fixture(scope="module")
def readers(twins: Twins) -> Readers:
    file, lake = twins.readers
    now = [(file.of(rights), lake.of(rights)) for rights in RIGHTS]
    return (*now, (file.at(THEN, WHOLE), lake.at(THEN, WHOLE)))


@pytest.mark.parametrize("name", [one.name for one in REPORTS if one.name not in OF_FILES])
def test_a_report_gives_the_same_rows(readers: Readers, name: str) -> None:
    question = Question.about(name, Filters(FIRST_DAY, LAST_DAY), ZONE, NOW)
    # What has no yesterday is told to nobody with limited rights either.
    for file, lake in readers if question.report.has_history else readers[:1]:
        assert list(answered(lake, question)) == list(answered(file, question))


def answered(published: Published, question: Question) -> Iterator[Any]:
    with published.reading() as db:
        answer = ask_keeping(db, question, {})
    yield answer.columns
    is_listed = question.report.name == "catalogue"
    yield from sorted(answer.rows, key=repr) if is_listed else answer.rows


def test_a_lake_has_no_path_and_tells_its_size_itself(twins: Twins) -> None:
    _, lake = twins.sources
    question = Question.about("published_file", Filters(FIRST_DAY, LAST_DAY), ZONE, NOW)
    with Published(lake).reading() as db:
        answer = ask_keeping(db, question, {})
    assert [*answer.column("path"), *answer.column("bytes")] == [None, None]
    assert lake.size() > 100_000
