"""Definitions: what a flow is, read from one TOML file, and what is wrong with one.

flow.py      the values: a flow, its source, its answer
steps.py     the values: what each kind of step says
tables.py    a TOML table read by its keys; every fault is a problem with its line and the fix
keys.py      what a key may hold
sources.py   the keys of the sources
kinds.py     the keys of each kind of step
reading.py   a whole file
checks.py    what no key alone can say
"""
