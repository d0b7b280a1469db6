"""The inbox: every accepted delivery, byte for byte, on disk before it is acknowledged.

It consists of append-only segment files: one per worker process, two while its disk is slow. Only
the thread that created a segment appends to it, so only its tail can be torn, and recovery is a
scan.

    delivery.py  one accepted delivery and its bytes
    frames.py    frames: how payloads are stored in a segment, and found again after damage
    segment.py   a segment file: its name, its locks, its header
    reserve.py   disk space reserved for the day the disk is full
    waiting.py   what waits to be written, and how its sender learns the outcome
    writer.py    group commit: all waiting deliveries in one write and one sync
    stamps.py    the one order of everything a process writes
    commits.py   writes groups into segments, and recovers when that fails
    rolling.py   a request to begin new segments
    watermark.py how far digest has read
    reader.py    what digest and rebuild read, in one order across all workers
"""
