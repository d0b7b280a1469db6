"""From socket to store: what comes in from Calltouch is kept and digested; what goes out to it."""

__version__ = "0.2.0"
