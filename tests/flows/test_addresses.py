"""What the receiver knows of addresses is what is in force now."""

import json
import stat
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

from calltouch.cli.flow.run import run_flows
from flows.store.definitions import apply_definition, rotate_key
from flows.store.writer import StoreWriter
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings

DEFINITION = '[source]\nkind = "http"\n[[steps]]\nkind = "json"\nfields = {a = \'["a"]\'}\n'
NOW = datetime.now(UTC)


def test_the_runner_mends_what_the_receiver_knows(settings: Settings) -> None:
    place = DataDir(settings.data_dir)
    path, before = place.flow_addresses, threading.active_count()
    with closing(StoreWriter(place.flows_store)) as store:
        store.write(lambda db: apply_definition(db, "one", DEFINITION, NOW, "test"))
        new = store.write(lambda db: rotate_key(db, "one", NOW, timedelta(days=7)))
    for broken in (None, "", "{"):
        if broken is not None:
            path.write_text(broken, encoding="utf-8")
        run_flows(settings, threading.Event(), once=True)
        keys = json.loads(path.read_text(encoding="utf-8"))["flows"]["one"]["keys"]
        assert keys[0]["key"] == new
        assert [key["until"] for key in keys] == [None, (NOW + timedelta(days=7)).timestamp()]
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert threading.active_count() == before, "nothing of a runner goes on"
    written = path.stat().st_ino
    run_flows(settings, threading.Event(), once=True)
    assert path.stat().st_ino == written, "only where it says something else"
