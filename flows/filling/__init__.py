"""Filling: the placeholders of a template become values, escaped for the place they stand in.

template.py  a template as texts and placeholders, read once when the flow is checked
lookup.py    which value a name means
filters.py   what `| name(arguments)` does to a value
places/      how a value is written: one file a place
filler.py    all of it together

No statements, no arithmetic, no calls but the filters: every field that a flow uses can be listed,
and no value runs anything. What is filled in is never filled again.
"""
