"""Invented leads to try things on: what a simulated Calltouch sends in some weeks."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from analytics.publish.publisher import publish
from calltouch.cli.demo_past import PastRequest, lay_down_past
from calltouch.dataset.dataset import Dataset
from calltouch.dataset.transport import FileTransport
from receiver import __version__
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings
from simulator.market.rhythm import MOSCOW
from simulator.webhooks.configured import usual_webhooks
from simulator.webhooks.target import Target
from simulator.world import World

_ENDS_AT = datetime(2026, 11, 19, 15, 30, tzinfo=MOSCOW)
_SEED = 5
_ADDRESS = "http://127.0.0.1:8000/webhook"


def make_sample(leads: int, days: int) -> Dataset:
    """The same leads each time, up to one afternoon, which is now to this data set. The file lies
    in a directory that goes when the data set is closed."""
    directory = TemporaryDirectory(prefix="calltouch-sample-")
    settings = Settings.load({"CALLTOUCH_DATA_DIR": f"{directory.name}/data"})
    world = World(_ENDS_AT, _SEED, leads, days)
    asked = PastRequest(world, int(_ENDS_AT.timestamp()), usual_webhooks(), Target.parse(_ADDRESS))
    lay_down_past(settings, asked)
    made = DataDir(settings.data_dir).rebuilt
    target = Path(directory.name) / "calltouch.duckdb"
    with duckdb.connect(str(made)) as db:
        publish(db, made, target, __version__)
    return Dataset(FileTransport(target, _ENDS_AT, directory))
