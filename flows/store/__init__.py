"""`flows.sqlite`: operations, what was tried, and what came of it. The queue is the history.

schema.sql      its tables
writer.py       one thread that puts what waits into one transaction
definitions.py  flows, their versions and addresses
operations.py   operations: taken in, due, run, ended
attempts.py     attempts, results of steps, and bodies
pruning.py      history is kept for a while, and within a limit
"""
