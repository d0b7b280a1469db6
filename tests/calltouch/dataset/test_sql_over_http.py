"""SQL over HTTP: the keyed file answers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import calltouch
from analytics.keyed.making import make_keyed_file
from analytics.published_file import PublishedFile
from analytics.sql_sandbox.limits import SandboxLimits
from analytics.sql_sandbox.sandbox import SqlSandbox
from calltouch.dataset import Dataset
from dashboards.access.roles import Role
from dashboards.api.sql_room import SqlRoom
from tests.calltouch.dataset.conftest import AT_NOON, token_of
from tests.dashboards.browsing import serving
from tests.dashboards.conftest import ZONE, Place


@pytest.fixture(scope="module")
def there(market: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    keyed: Path = tmp_path_factory.mktemp("keyed") / "calltouch-keyed.duckdb"
    make_keyed_file(PublishedFile(market.published), keyed, b"k" * 32)
    app = market.app(AT_NOON)
    SqlRoom(SqlSandbox(keyed, ZONE, SandboxLimits(seconds=20, rows=40))).attach(app)
    with serving(app) as url:
        yield calltouch.open(url, token_of(market, Role.VIEWER))


def test_it_gives_what_the_file_gives(there: Dataset, local: Dataset) -> None:
    counted = """
        select source, count(*) as leads from leads
        where day >= $d::date group by all order by all
    """
    here, far = (data.sql(counted, d="2026-11-01") for data in (local, there))
    assert far.arrow().to_pylist() == here.arrow().to_pylist() != []
    assert not far.is_cut
    assert f"{far.df()['leads'].dtype}" == "int64[pyarrow]"


def test_it_says_when_there_is_more(there: Dataset) -> None:
    answer = there.sql("select lead_id from leads")
    assert (len(answer), answer.is_cut) == (40, True)
    assert "the first 40 rows" in repr(answer)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("select caller_phone from leads", "caller_phone"),
        ("select * from leeds", "leads"),
        ("select 1; select 2", ""),
        ("selec 1", "selec"),
    ],
)
def test_what_cannot_be_asked_says_what_can(there: Dataset, statement: str, said: str) -> None:
    with pytest.raises(calltouch.BadStatement, match=said):
        there.sql(statement)


def test_of_then_there_is_a_file(there: Dataset) -> None:
    with pytest.raises(calltouch.CalltouchError, match="calltouch snapshot"):
        there.as_of("2026-11-10").sql("select 1")
