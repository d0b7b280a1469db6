"""The inbox: every accepted delivery, byte for byte, on disk before it is acknowledged.

One append-only segment file per worker process. A segment is only ever appended to by the process
that created it, so only its tail can be torn, and recovery is a scan.

    delivery.py  one accepted delivery and its bytes
    frames.py    frames: how payloads lie in a segment, and how they are found again after damage
    segment.py   a segment file: its name, its locks, its header
    reserve.py   disk space kept back for the day the disk is full
    writer.py    group commit: all waiting deliveries in one write and one sync
    reader.py    what digest and rebuild read, in one order across all workers
"""
