"""What the receiver knows of addresses is what is in force now."""

import json
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.housekeeping import Housekeeping
from flows.store.definitions import apply_definition, rotate_key
from flows.store.pruning import HistoryLimits
from flows.store.writer import StoreWriter

DEFINITION = '[source]\nkind = "http"\n[[steps]]\nkind = "json"\nfields = {a = \'["a"]\'}\n'
LIMITS = HistoryLimits(1, 1, 1 << 30)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_key_ends_without_anybody_doing_anything(tmp_path: Path) -> None:
    path = tmp_path / "active.json"
    clock = [NOW.timestamp()]
    with closing(StoreWriter(tmp_path / "flows.sqlite")) as store:
        store.write(lambda db: apply_definition(db, "one", DEFINITION, NOW, "test"))
        keeping = Housekeeping(store, LIMITS, None, lambda: clock[0], path)
        keeping.publish_addresses()
        (first,) = keys(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        second = store.write(lambda db: rotate_key(db, "one", NOW, timedelta(days=7)))
        path.write_text("{", encoding="utf-8")
        Housekeeping(store, LIMITS, None, lambda: clock[0], path).publish_addresses()
        assert keys(path) == [second, first], "a broken one is mended at the start"
        clock[0] += 8 * 86_400
        keeping.publish_addresses()
        assert keys(path) == [second]


def keys(path: Path) -> list[str]:
    return list(json.loads(path.read_text(encoding="utf-8"))["flows"]["one"]["keys"])
