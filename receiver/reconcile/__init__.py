"""Reconcile: compares what was received with Calltouch's API, day by day.

comparing.py   fetches and compares each day: what is lost, what differs
running.py     one run, from plan to outcome; heals, then compares again
results.py     stores the results in `state.sqlite`
certificate.py the results as a page to share
"""
