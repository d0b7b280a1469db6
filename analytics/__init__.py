"""The store and its questions. Knows nothing of HTTP."""
