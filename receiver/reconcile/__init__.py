"""Reconcile: what Calltouch's API knows of some days, held against what was received.

comparing.py   one day after the other: fetch, compare, say what is lost and what differs
results.py     what was found, in `state.sqlite`
certificate.py what was found, as a page that can be sent to anybody
"""
