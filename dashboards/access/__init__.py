"""Who may look, at what, and who has looked: users, tokens, sessions, one-time links, audit.

Everything is kept in `state.sqlite`. gate.py, pages.py and sign_in/views.py answer web requests;
the rest knows nothing of HTTP and loads nothing heavy, so the commands use it too.
"""
