"""Two who write at once: without the fence a lead is there twice, behind it once."""

from contextlib import ExitStack
from datetime import UTC, datetime

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from analytics.fold import fold
from analytics.lake.address import LakeAddress
from analytics.lake.catalog import catalog_of
from analytics.lake.fence import FenceLost, raise_fence
from analytics.lake.store import open_lake
from analytics.store import transaction
from tests.analytics.fold.folding import FINGERPRINT, decoded_table, fold_into
from tests.analytics.fold.plain_fold import Sent

ONE = Sent(1, datetime(2026, 11, 2, 9, tzinfo=UTC), {"leadtype": "call", "id": "7"})


def two_digests(address: LakeAddress, stack: ExitStack) -> list[DuckDBPyConnection]:
    with catalog_of(address) as catalog:
        place = catalog.new()
    return [stack.enter_context(open_lake(address, place, FINGERPRINT)) for _ in range(2)]


def leads(db: DuckDBPyConnection) -> int:
    ((count,),) = db.execute("select count(*) from leads").fetchall()
    return int(count)


def test_the_fence_keeps_out_who_has_lost_the_lock(address: LakeAddress) -> None:
    with ExitStack() as stack:
        before, after = two_digests(address, stack)
        raise_fence(before)
        with pytest.raises(duckdb.Error, match="onflict"), transaction(before):
            fold(before, decoded_table([ONE]))
            raise_fence(after)
            fold_into(after, [[ONE]])
        with pytest.raises(FenceLost):
            fold_into(before, [[ONE]])
        assert leads(before) == leads(after) == 1


def test_a_host_that_lost_its_power_does_not_keep_the_lock(address: LakeAddress) -> None:
    """The server notices within half a minute, and so does a client whose server is gone."""
    with catalog_of(address) as catalog:
        session = catalog._db
        assert session.execute("show tcp_keepalives_idle").fetchall() == [("10",)]
        assert session.info.get_parameters()["tcp_user_timeout"] == "20000"


def test_without_it_both_commit_the_same_lead(address: LakeAddress) -> None:
    """The control: if this fails, the fence has become needless."""
    with ExitStack() as stack:
        before, after = two_digests(address, stack)
        with transaction(before):
            fold(before, decoded_table([ONE]))
            fold_into(after, [[ONE]])
        assert leads(after) == 2
