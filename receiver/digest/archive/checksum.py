"""The checksum of an archived delivery: 64 bits of BLAKE2b over its row.

First go all numbers as they lie in the schema, with the length of a text or of bytes in its place,
then the texts and bytes, so no two rows are hashed as the same bytes.
"""

import struct
from hashlib import blake2b

_INTEGER = struct.Struct("<q")

Value = int | bool | str | bytes


def checksum_of(row: tuple[Value, ...]) -> int:
    """Of the values of a row, in the order of the archive's schema and without the checksum itself;
    as a signed number of 64 bits."""
    numbers: list[int] = []
    parts = [b""]
    for value in row:
        if isinstance(value, int):
            numbers.append(value)
            continue
        data = value.encode() if isinstance(value, str) else value
        numbers.append(len(data))
        parts.append(data)
    parts[0] = struct.pack(f"<{len(numbers)}q", *numbers)
    hashed = blake2b(b"".join(parts), digest_size=8).digest()
    return int(_INTEGER.unpack(hashed)[0])
