"""Bytes of the inbox that are no longer deliveries: they are kept."""

import logging
from collections.abc import Callable, Iterable

from receiver.data_dir import DataDir
from receiver.inbox.reader import DamagedBytes
from receiver.inbox.segment import write_durably

log = logging.getLogger(__name__)


def keep_damaged(
    place: DataDir, damaged: Iterable[DamagedBytes], count: Callable[[int], None]
) -> None:
    """`count` is called with the number of bytes of each piece."""
    for piece in damaged:
        place.damaged.mkdir(mode=0o700, exist_ok=True)
        name = f"{piece.segment}-{piece.start}-{piece.end}"
        write_durably(place.damaged / name, piece.read())
        count(piece.end - piece.start)
        log.error(
            "inbox: %s holds no deliveries from %d to %d (%s); these bytes are kept as %s",
            piece.segment,
            piece.start,
            piece.end,
            "torn end, as after a power cut" if piece.tail else "damaged",
            name,
        )
