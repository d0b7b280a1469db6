"""Leads and everything that happens to them, independent of how Calltouch formats it."""
