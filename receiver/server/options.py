"""How gunicorn runs our applications, in gunicorn's own settings.

Kept in one place: `calltouch serve` passes this module to gunicorn, and `gunicorn.conf.py`, which
`gunicorn wsgi:app` finds by itself, imports its names. https://docs.gunicorn.org/en/stable/settings.html
"""

import resource
from pathlib import Path

worker_class = "receiver.server.worker.BufferingWorker"
timeout = 60
# `serve` shuts down within 15 seconds.
graceful_timeout = 11
keepalive = 15
# A webhook sent by GET carries its transcript in the URL; the receiver itself sets the limit.
limit_request_line = 0
limit_request_fields = 60
limit_request_field_size = 16380
# By default a peer on the same host may set SCRIPT_NAME, and thereby the path.
forwarder_headers = ""
logger_class = "receiver.server.logger.GunicornLogger"
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None


def on_starting(server: object) -> None:
    raise_descriptor_limit()


def raise_descriptor_limit() -> None:
    """Allow as many connections as the hard limit does; shells start with a low soft limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
