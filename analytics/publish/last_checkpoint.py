"""Which blocks of a DuckDB file are free, and which hold metadata, by its last checkpoint.

Read from the file itself: two headers, of which the later one counts, and behind it the list of
free blocks, a chain of pieces of blocks of metadata. The format is that of DuckDB's
src/storage/single_file_block_manager.cpp and src/storage/metadata/metadata_manager.cpp, versions
0.10 to 1.5.

What is imported here delays each publication: see block_copy.
"""

import os
import struct

HEADERS = 3 * 4096
BLOCK = 262_144

_VERSIONS = range(64, 69)
# A block begins with its checksum; what is left are 64 pieces. Each begins with a pointer.
_PIECE = (BLOCK - 8) // 64 // 8 * 8
_POINTER = 8
_BLOCK_OF = (1 << 56) - 1
_NOWHERE = (1 << 64) - 1

LastCheckpoint = dict[str, int | list[int]]
"""iteration: its number; count: of blocks; free, metadata: the blocks themselves."""


def last_checkpoint(fd: int) -> LastCheckpoint | None:
    """None for a file of a kind that is not known here."""
    magic, version, *flags = struct.unpack("<4sQ4Q", os.pread(fd, 44, 8))
    headers = (struct.unpack("<5Q", os.pread(fd, 40, place + 8)) for place in (4096, 8192))
    iteration, root, free_list, count, block = max(headers)
    if magic != b"DUCK" or version not in _VERSIONS or any(flags) or block != BLOCK:
        return None
    try:
        free, metadata = _lists(_chain(fd, free_list, count))
    except (struct.error, ValueError):
        return None
    if root & _BLOCK_OF not in metadata or max([*free, *metadata]) >= count:
        return None
    # Free blocks at the end are cut off after the header has been written.
    there = (os.fstat(fd).st_size - HEADERS) // BLOCK
    return {
        "iteration": iteration,
        "count": min(count, there),
        "free": list(free),
        "metadata": list(metadata),
    }


def _chain(fd: int, pointer: int, count: int) -> bytes:
    pieces: list[bytes] = []
    while pointer != _NOWHERE:
        block, number = pointer & _BLOCK_OF, pointer >> 56
        piece = os.pread(fd, _PIECE, HEADERS + block * BLOCK + 8 + number * _PIECE)
        pointer = int.from_bytes(piece[:_POINTER], "little")
        pieces.append(piece[_POINTER:])
        if len(pieces) > 64 * count:
            raise ValueError("it leads round in a circle")
    return b"".join(pieces)


def _lists(chain: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Free blocks; between them and those of metadata there are blocks that several columns use."""
    (count,) = struct.unpack_from("<Q", chain)
    free = struct.unpack_from(f"<{count}Q", chain, 8)
    place = 8 + 8 * count
    (count,) = struct.unpack_from("<Q", chain, place)
    place += 8 + 12 * count
    (count,) = struct.unpack_from("<Q", chain, place)
    return free, struct.unpack_from(f"<{2 * count}Q", chain, place + 8)[::2]
