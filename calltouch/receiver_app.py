"""The receiver's own application, for its own port.

Apart from `calltouch.app`, so that its workers stay small: nothing here reaches the store, the
dashboards or their libraries.
"""

from flask import Flask

from receiver.ingest.web import WebhookFlask, WebhookReceiver, register_receiver
from receiver.settings.settings import Settings


def load() -> WebhookReceiver:
    """What the receiver's gunicorn workers run."""
    return _receiver(Settings.load())


def create_receiver(settings: Settings) -> Flask:
    """The same for any other WSGI server, which gives each delivery a thread."""
    return _receiver(settings).app


def _receiver(settings: Settings) -> WebhookReceiver:
    return register_receiver(WebhookFlask(__name__), settings)
