"""Deliveries whose bytes are lost, as the store knew them: their parameters, decoded.

Such a row of the archive is recognised by its `segment`, which no file of the inbox can have as its
name and no sender can set. Its body is a JSON object of what the store knew.
"""

import orjson

from receiver.decode import DecodedBody

SAVED = "store"
LOST_BYTES = "saved from the store: its original bytes are lost"
OUTSIDE = "sender is in no allowed network"


def decode_saved(body: bytes) -> DecodedBody:
    """What `receiver.decode` would have made of the lost bytes; nothing is renamed."""
    known = orjson.loads(body)
    problems = dict.fromkeys([*known["problems"], LOST_BYTES])
    return DecodedBody(known["params"], tuple(problems), known["is_probe"])
