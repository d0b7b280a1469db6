"""The kinds of steps: what each computes, or which web request it plans.

computing.py  json, compose and filter: computed again whenever an operation goes on
http.py       a web request, planned and never sent from here
"""
