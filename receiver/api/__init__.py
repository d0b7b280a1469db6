"""Calltouch's HTTP API, as a client sees it. Knows nothing of inbox and store.

pace.py      so many web requests a second to one host, by all processes of this machine together
client.py    one web request: pace, retries, what an answer must look like, errors without secrets
exports.py   the two exports, day by day and page by page
records.py   a record of an export as the webhook would have said it; pure
"""
