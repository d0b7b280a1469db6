"""Commands that somebody starts in the browser, run one after the other.

A job is a row of `state.sqlite`. `serve` runs them in a process that lives only while there are
any (`calltouch job run`); each is the command that one would type, so that both do the same.
"""
