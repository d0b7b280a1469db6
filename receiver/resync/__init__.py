"""Resync: leads fetched from Calltouch's API become deliveries in the inbox, like all others.

plan.py       which windows are to be fetched
progress.py   which of them are done, and the points that were spent; survives a crash
fetching.py   windows as deliveries, several at a time
running.py    one run from plan to outcome
daily.py      a run every day, as `serve` makes it
"""
