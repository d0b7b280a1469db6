"""For `gunicorn wsgi:app`: the worker and the limits that `calltouch serve` uses.

gunicorn finds this file in its working directory; from elsewhere, give `--config` its path.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from receiver.server.options import *  # noqa: F403
from receiver.settings.settings import Settings, SettingsError

try:
    _settings = Settings.load()
except SettingsError as error:
    sys.exit(f"calltouch: {error}")
workers = _settings.workers
threads = _settings.threads
