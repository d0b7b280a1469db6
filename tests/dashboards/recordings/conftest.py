"""The pages behind their gate, as the tests of access have them."""

from tests.dashboards.access.conftest import access, app, clock

__all__ = ["access", "app", "clock"]
