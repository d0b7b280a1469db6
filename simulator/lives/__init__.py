"""Leads and all that happens to them, before anybody words it."""
