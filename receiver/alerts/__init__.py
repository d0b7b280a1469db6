"""People are told when something is wrong, and when it is over: one engine for all alerts.

source.py    what looks whether something is wrong, as installation.py, losses.py, refused.py and
             outside.py do
noting.py    alerts begin, grow and end, in `state.sqlite`
due.py       who is to be told what now
messages.py  what is told
outlets.py   by mail, Telegram and any HTTP address
telling.py   one channel: tells what is due, and waits while it is down
timeline_notes.py  what people note about a time
watch.py     the loop over the sources
"""
