"""Signing in: one-time links, passwords, devices, sessions and rate limiting."""
