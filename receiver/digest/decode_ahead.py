"""Decoding ahead: when there is much to digest, a second process decodes the next batch while this
one folds the last."""

import logging
import os
import queue
import threading
from collections.abc import Iterator
from itertools import chain, islice
from multiprocessing.connection import Connection

import pyarrow as pa

from analytics.fold import IncomingBatch, incoming
from receiver.digest.batch import Batch
from receiver.digest.workers.process import no_search_for_cycles, second_process
from receiver.digest.workers.raw_delivery import WebhookDialect, undecoded
from receiver.settings.settings import Settings

log = logging.getLogger(__name__)

# Starting a process takes half a second, as long as folding one or two batches.
_ALONE = 2

Ahead = tuple[Batch, IncomingBatch | None]
"""A batch, and the same decoded; None where the fold has to decode it."""


def decoded_ahead(batches: Iterator[Batch], settings: Settings) -> Iterator[Ahead]:
    """The batches, decoded by a second process from the third one on."""
    with no_search_for_cycles():
        yield from ((batch, None) for batch in islice(batches, _ALONE))
        third = next(batches, None)
        if third is None:
            return
        rest = chain([third], batches)
        if len(os.sched_getaffinity(0)) < 2:
            yield from ((batch, None) for batch in rest)
            return
        with second_process(
            "receiver.digest.workers.decoder", WebhookDialect.of(settings)
        ) as connection:
            yield from _in_thread(_decoded(rest, connection))


def _decoded(batches: Iterator[Batch], connection: Connection) -> Iterator[Ahead]:
    """Runs in a thread of its own, so that one batch is decoded while another is folded."""
    for batch in batches:
        try:
            connection.send(undecoded(batch.deliveries))
            table = connection.recv()
        except (OSError, EOFError) as error:
            log.warning("decoding ahead has stopped: %s", type(error).__name__)
            yield batch, None
            yield from ((later, None) for later in batches)
            return
        # The fold finds out what could not be decoded.
        yield batch, incoming(table) if isinstance(table, pa.Table) else None


class _Ended:
    """The last thing a thread hands over: how its iterator ended."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error


def _in_thread(items: Iterator[Ahead]) -> Iterator[Ahead]:
    """Runs one item ahead of the consumer."""
    handed: queue.Queue[Ahead | _Ended] = queue.Queue(1)
    is_wanted = threading.Event()
    is_wanted.set()

    def hand_over() -> None:
        error: Exception | None = None
        try:
            for item in items:
                handed.put(item)
                if not is_wanted.is_set():
                    break
        except Exception as raised:  # noqa: BLE001 raised again in the consumer
            error = raised
        handed.put(_Ended(error))

    thread = threading.Thread(target=hand_over, name="decoding ahead", daemon=True)
    thread.start()
    try:
        while not isinstance(item := handed.get(), _Ended):
            yield item
        if item.error:
            raise item.error
    finally:
        is_wanted.clear()
        while thread.is_alive():
            try:
                handed.get(timeout=0.05)
            except queue.Empty:
                continue
