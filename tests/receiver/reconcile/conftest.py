"""The same account as for resync."""

from tests.receiver.resync.conftest import api, but_a_day, sent, whole, world

__all__ = ["api", "but_a_day", "sent", "whole", "world"]
