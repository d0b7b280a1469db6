"""Signing in: one-time links, passwords, devices, sessions, and how often one may try."""
