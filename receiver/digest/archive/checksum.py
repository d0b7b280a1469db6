"""The checksum of an archived delivery: 64 bits of BLAKE2b over its row.

All numbers come first, in the order of the schema, with its length in place of each text or bytes;
then the texts and bytes. So no two rows are hashed as the same bytes.
"""

import struct
from hashlib import blake2b

_INTEGER = struct.Struct("<q")

Value = int | bool | str | bytes


def checksum_of(row: tuple[Value, ...]) -> int:
    """The checksum of a row's values, in the order of the archive's schema, as a signed 64-bit
    number."""
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
