"""Client for Calltouch's HTTP API. Independent of the inbox and the store.

rate_limit.py limits API requests per second and host, across all processes of this machine
clock.py     start time of an API request by Calltouch's clock; pure
client.py    one API request: rate limit, retries, checks, errors without secrets
exports.py   the two exports, one page at a time
paging.py    all pages of a day, repeated until nothing is missing
bodies.py    what is sent to Calltouch, as request bodies; pure
validation.py phones, texts and times that Calltouch accepts; pure
post_once.py one POST, at most once; errors that tell its outcome
methods.py   the methods that change data, with the outcome of each item
from_json.py requests read from a JSON file; pure
records.py   an export record as webhook parameters; pure
lists.py     its deals, comments, phrases and tags; pure
parts.py     reads as much of a record as possible; pure
flaws.py     parts of an export that could not be read or trusted
"""
