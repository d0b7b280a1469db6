"""The inbox: every accepted delivery, byte for byte, on disk before it is acknowledged.

Append-only segment files: one per worker process, two while its disk is slow. A segment is only
ever appended to by the thread that created it, so only its tail can be torn, and recovery is a
scan.

    delivery.py  one accepted delivery and its bytes
    frames.py    frames: how payloads lie in a segment, and how they are found again after damage
    segment.py   a segment file: its name, its locks, its header
    reserve.py   disk space kept back for the day the disk is full
    waiting.py   what waits to be kept, and how those who wait are told
    writer.py    group commit: all waiting deliveries in one write and one sync
    stamps.py    the one order of all that a process keeps
    commits.py   groups into segments, and what is done when that fails
    watermark.py how far digest has read
    reader.py    what digest and rebuild read, in one order across all workers
"""
