"""The pages behind their gate, as the tests of access have them."""

from tests.dashboards.access.conftest import access, anna, app, clock, password_hash

__all__ = ["access", "anna", "app", "clock", "password_hash"]
