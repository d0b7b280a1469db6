"""How gunicorn runs our applications, by the names of its settings.

The one place for it: `calltouch serve` hands this module to gunicorn, and `gunicorn.conf.py`, which
`gunicorn wsgi:app` finds by itself, takes its names. https://docs.gunicorn.org/en/stable/settings.html
"""

import resource
from pathlib import Path

worker_class = "receiver.server.worker.BufferingWorker"
timeout = 60
# `serve` ends within 15 seconds.
graceful_timeout = 11
keepalive = 15
# A webhook sent by GET carries its transcript in the URL; the receiver itself sets the limit.
limit_request_line = 0
limit_request_fields = 60
limit_request_field_size = 16380
# By default a peer on the same host may set SCRIPT_NAME, and so the path.
forwarder_headers = ""
logger_class = "receiver.server.logger.GunicornLogger"
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None


def on_starting(server: object) -> None:
    raise_descriptor_limit()


def raise_descriptor_limit() -> None:
    """As many connections as the administrator allows, not as few as a shell begins with."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
