"""Receiver and dashboards on one port: `gunicorn wsgi:app`. Run `calltouch digest` beside it."""

import sys
from pathlib import Path

from calltouch.app import create_app
from receiver.settings.settings import Settings

_OPTIONS = "receiver.server.options"

if "gunicorn.arbiter" in sys.modules and _OPTIONS not in sys.modules:
    raise RuntimeError(
        f"gunicorn has not read {Path(__file__).resolve().with_name('gunicorn.conf.py')}: it would "
        "refuse webhooks whose URL is long, and slow clients would hold all its threads. Name that "
        f"file with --config, or begin your own with `from {_OPTIONS} import *`"
    )

app = create_app(Settings.load())
