"""Receiver and dashboards on one port: `gunicorn wsgi:app`. Run `calltouch digest` beside it."""

from receiver.app import create_app
from receiver.settings import Settings

app = create_app(Settings.load())
