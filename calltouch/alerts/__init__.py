"""Alerts put together: which sources look, which channels tell."""
