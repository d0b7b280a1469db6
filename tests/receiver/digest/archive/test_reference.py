"""What a store knows of its deliveries."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from receiver.digest.archive.reference import Reference
from tests.analytics.fold.folding import fold_into, new_store
from tests.analytics.fold.plain_fold import Sent

MIDNIGHT = datetime(2026, 11, 3, tzinfo=UTC)


def test_days_begin_at_midnight_of_utc(tmp_path: Path) -> None:
    moments = [MIDNIGHT - timedelta(microseconds=1), MIDNIGHT, MIDNIGHT + timedelta(days=1)]
    with new_store(tmp_path) as db:
        fold_into(db, [[Sent(n, at, {"id": str(n)}) for n, at in enumerate(moments, 1)]])
        db.execute("set timezone = 'Asia/Vladivostok'")
        days = {"2026-11-02": 1, "2026-11-03": 1, "2026-11-04": 1}
        assert Reference(db).days((1, 3)) == days
        assert Reference(db).days((2, 2)) == {"2026-11-03": 1}
