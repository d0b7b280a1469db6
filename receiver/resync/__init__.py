"""Resync: leads fetched from Calltouch's API become deliveries in the inbox, like all others.

plan.py       which windows are to be fetched
progress.py   which of them are done, and the points that were spent; survives a crash
fetching.py   windows into the inbox, several at a time
outcome.py    what the fetched records did to the leads
"""
