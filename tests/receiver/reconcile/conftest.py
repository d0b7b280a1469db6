"""The same account as for resync."""

from tests.receiver.resync.conftest import api, sent, world

__all__ = ["api", "sent", "world"]
