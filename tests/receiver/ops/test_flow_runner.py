"""A runner that hangs is told of, and does not turn the dashboards away."""

import os
import time
from pathlib import Path

from flask import Flask

from receiver.data_dir import DataDir
from receiver.ops.flow_runner import runner_remark
from receiver.ops.health import health_blueprint
from receiver.settings.settings import Settings


def test_a_runner_that_does_not_move(tmp_path: Path, settings: Settings) -> None:
    place = DataDir(tmp_path)
    app = Flask(__name__)
    app.register_blueprint(
        health_blueprint("dashboards", settings, lambda: None, lambda: runner_remark(place))
    )

    def readyz() -> tuple[int, str]:
        response = app.test_client().get("/readyz")
        return response.status_code, response.text

    assert readyz() == (200, "ready\n"), "without flows"
    place.flows.mkdir()
    place.flows_store.touch()
    status, text = readyz()
    assert (status, text.splitlines()[0]) == (200, "ready")
    assert "runner of flows" in text
    place.flows_lock.touch()
    assert readyz() == (200, "ready\n")
    long_ago = time.time() - 90
    os.utime(place.flows_lock, (long_ago, long_ago))
    assert "runner of flows" in readyz()[1]
