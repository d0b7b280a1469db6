"""Resync: leads fetched from Calltouch's API become deliveries in the inbox like any others.

plan.py       which windows to fetch
progress.py   windows done and points spent; survives a crash
fetching.py   fetches several windows at a time
running.py    one run, from plan to outcome
daily.py      the daily run under `serve`
"""
