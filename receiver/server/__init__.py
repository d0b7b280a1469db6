"""How web requests reach the applications: gunicorn, hardened against slow and broken clients.

framing.py      where a request ends in the bytes received so far; pure
worker.py       a gunicorn worker that gives a thread to complete requests only
connections.py  what the next two ask of the worker
lingering.py    connections that have had their last answer
pending.py      requests that an `AsyncApp` has accepted and not answered yet
async_app.py    applications that need no thread while an answer waits for the disk
options.py      how gunicorn runs them
logger.py       gunicorn's logger, quoting no sender
"""
