"""Access: users, tokens, sessions, one-time links and the access log.

Everything is stored in `state.sqlite`. gate.py, pages.py and sign_in/views.py answer web requests;
the rest knows nothing of HTTP and loads nothing heavy, so commands use it too.
"""
