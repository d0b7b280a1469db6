"""How web requests reach the applications: gunicorn, made safe against slow and broken clients.

framing.py   where a request ends in the bytes that have come so far; pure
worker.py    a gunicorn worker that gives a thread to complete requests only
lingering.py connections that have had their last answer
async_app.py applications that need no thread while an answer waits for the disk
pending.py   the requests such an application has taken over
logger.py    gunicorn's logger, quoting no sender
"""
