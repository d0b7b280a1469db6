"""Flows: what comes in is passed on, step by step."""
