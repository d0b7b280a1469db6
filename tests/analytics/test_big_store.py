"""The file that reports and pages are measured on says of its leads what the fold would."""

from pathlib import Path

import duckdb
import pytest

from bench.big_store import make_big_store

UNLIKE_THEIR_LEADS = """
select lead_type, lead_id, tag
from lead_tags
inner join leads using (lead_type, lead_id)
where lead_day <> day
    or lead_is_target is distinct from is_target
    or tagged_after is distinct from epoch(tagged_at) - epoch(happened_at)
"""
FIRST_OF_NOBODY = """
select person
from leads
where person is not null
group by person
having count(*) filter (where person_turn = 1) <> 1 or min(day) <> min(person_first_day)
"""
COUNTS = "select (select count(*) from leads), (select count(tagged_after) > 0 from lead_tags)"


@pytest.fixture(scope="module")
def big_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_big_store(tmp_path_factory.mktemp("big"), 2_000)


@pytest.mark.parametrize("differing", [UNLIKE_THEIR_LEADS, FIRST_OF_NOBODY])
def test_a_big_store_is_as_the_fold_makes_it(big_store: Path, differing: str) -> None:
    with duckdb.connect(str(big_store), read_only=True) as db:
        assert db.execute(differing).fetchall() == []
        assert db.execute(COUNTS).fetchone() == (2_000, True)
