"""The border: what comes in from Calltouch, and what goes out."""

__version__ = "0.2.0"
