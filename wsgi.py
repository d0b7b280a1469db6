"""Receiver and dashboards on one port: `gunicorn wsgi:app`. Run `calltouch digest` alongside."""

import sys
from pathlib import Path

from calltouch.app import load

_OPTIONS = "receiver.server.options"

if "gunicorn.arbiter" in sys.modules and _OPTIONS not in sys.modules:
    raise RuntimeError(
        f"gunicorn has not read {Path(__file__).resolve().with_name('gunicorn.conf.py')}: it would "
        "refuse webhooks with a long URL, and slow clients would occupy all its threads. Name that "
        f"file with --config, or begin your own with `from {_OPTIONS} import *`"
    )

app = load()
