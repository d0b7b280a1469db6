"""Calltouch's HTTP API, as a client sees it. Knows nothing of inbox and store.

rate_limit.py so many web requests a second to one host, by all processes of this machine together
clock.py     when a web request began, by Calltouch's clock; pure
client.py    one web request: pace, retries, what an answer must look like, errors without secrets
exports.py   the two exports, one page at a time
paging.py    all pages of a day, asked for until nothing is missing
bodies.py    what is sent to Calltouch, and its bodies; pure
validation.py what Calltouch takes as a phone, a text or a moment; pure
post_once.py one POST, done at most once; the errors that tell what became of it
methods.py   the methods that change something, and the outcome of each item
from_json.py requests as a JSON file says them; pure
records.py   a record of an export as the webhook would have said it; pure
lists.py     its deals, comments, phrases and tags; pure
parts.py     the parts of a record, read as far as they go; pure
flaws.py     what of an export could not be read or relied on
"""
