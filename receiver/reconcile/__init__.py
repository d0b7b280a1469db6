"""Reconcile: what Calltouch's API knows of some days, held against what was received.

comparing.py   one day after the other: fetch, compare, say what is lost and what differs
running.py     one run from plan to outcome; heals, and compares again what it healed
results.py     what was found, in `state.sqlite`
certificate.py what was found, as a page that can be sent to anybody
"""
