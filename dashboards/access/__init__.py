"""Who may look, at what, and who has looked: users, tokens, sessions, one-time links, audit.

Everything is kept in `state.sqlite`. What answers web requests is in gate.py, pages.py and
listening.py; the rest knows nothing of HTTP and loads nothing heavy, so the commands use it too.
"""
