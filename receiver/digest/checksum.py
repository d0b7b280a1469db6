"""The checksum of an archived delivery: 64 bits of BLAKE2b over its row.

Every value goes in as it lies in the schema, texts and bytes with their length before them, so no
two rows are hashed as the same bytes.
"""

import struct
from hashlib import blake2b

_INTEGER = struct.Struct("<q")
_LENGTH = struct.Struct("<Q")

Value = int | bool | str | bytes


def checksum_of(row: tuple[Value, ...]) -> int:
    """Of the values of a row, in the order of the archive's schema and without the checksum itself;
    as a signed number of 64 bits."""
    parts: list[bytes] = []
    for value in row:
        if isinstance(value, int):
            parts.append(_INTEGER.pack(value))
            continue
        data = value.encode() if isinstance(value, str) else value
        parts.append(_LENGTH.pack(len(data)))
        parts.append(data)
    hashed = blake2b(b"".join(parts), digest_size=8).digest()
    return int(_INTEGER.unpack(hashed)[0])
