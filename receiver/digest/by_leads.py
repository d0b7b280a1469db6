"""The fold of very many deliveries at once, into a store that is empty.

Batch by batch, a lead is looked up, folded and written again with every batch that mentions it.
Here all deliveries are decoded and spilled to disk first; then each lead is folded once, in shares
that other processes work on while this one writes.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from duckdb import DuckDBPyConnection

from analytics.fold import Folded, IncomingBatch, by_column, fold_more, link_leads, write_whole
from analytics.store import save_positions, transaction
from receiver.digest.batch import Batch
from receiver.digest.workers.process import second_process
from receiver.digest.workers.raw_delivery import RebuildInit, WebhookDialect, undecoded
from receiver.digest.workers.spill import Chunk, Share, in_portions, open_spill_file, shares
from receiver.ending import raise_if_interrupted

# Each takes some 300 MB.
_PROCESSES = 2
_FOLDER = "receiver.digest.workers.folder"

Answers = Callable[[Iterable[object]], Iterator[Any]]


class BatchesNeeded(Exception):
    """The fold must go batch by batch after all: a delivery cannot be folded, or a process died."""


def fold_by_leads(
    db: DuckDBPyConnection,
    batches: Iterable[Batch],
    dialect: WebhookDialect,
    directory: Path,
    progress: Callable[[int], None],
) -> None:
    """Fold the batches into an empty store, spilling them to the disk of `directory`.

    Half of the `progress` is reading, half writing. Raises `BatchesNeeded`, which leaves the store
    unusable.
    """
    half = _Half(progress)
    positions: dict[str, int] = {}
    chunks: list[Chunk] = []
    with _answering(dialect, directory) as answers:
        for spilled in answers(_requests(batches, positions)):
            chunks += spilled
            half.done(sum(chunk.deliveries for chunk in spilled))
        for folded in answers(shares(chunks)):
            for count in _written(db, folded):
                half.done(count)
    link_leads(db, raise_if_interrupted)
    with transaction(db):
        save_positions(db, positions)


def _written(db: DuckDBPyConnection, folded: Folded | Share) -> Iterator[int]:
    """Yields how many deliveries were written, each time some are. A share too large for memory has
    a lead with very many, which are folded some at a time."""
    if not isinstance(folded, Share):
        with transaction(db):
            write_whole(db, folded)
        yield folded["write_deliveries"].num_rows
        return
    for portion in in_portions(folded):
        with transaction(db):
            fold_more(
                db, IncomingBatch(portion, by_column([decoded.params for decoded in portion]))
            )
        yield len(portion)


class _Half:
    """Each delivery counts once it has been read and written."""

    def __init__(self, progress: Callable[[int], None]) -> None:
        self._progress = progress
        self._twice = 0

    def done(self, count: int) -> None:
        before = self._twice // 2
        self._twice += count
        self._progress(self._twice // 2 - before)


def _requests(batches: Iterable[Batch], positions: dict[str, int]) -> Iterator[object]:
    """Also records how far each segment is read."""
    for batch in batches:
        positions.update(batch.positions)
        yield undecoded(batch.deliveries)


@contextmanager
def _answering(dialect: WebhookDialect, directory: Path) -> Iterator[Answers]:
    """Processes running `workers.folder`; answers come in the order of the requests."""
    idle: SimpleQueue[Connection] = SimpleQueue()

    def ask(request: object) -> Any:
        connection = idle.get()
        try:
            connection.send(request)
            return connection.recv()
        finally:
            idle.put(connection)

    with ExitStack() as started:
        files = [started.enter_context(open_spill_file(directory)) for _ in range(_PROCESSES)]
        fds = [file.fileno() for file in files]
        for fd in fds:
            process = second_process(
                "receiver.digest.workers.folder", RebuildInit(dialect, fd), fds
            )
            idle.put(started.enter_context(process))
        threads = ThreadPoolExecutor(_PROCESSES, "folding by leads")
        started.callback(threads.shutdown, cancel_futures=True)

        def answers(requests: Iterable[object]) -> Iterator[Any]:
            asked: deque[Future[Any]] = deque()
            for request in requests:
                asked.append(threads.submit(ask, request))
                if len(asked) > _PROCESSES:
                    yield _answer(asked.popleft())
            yield from map(_answer, asked)

        yield answers


def _answer(asked: Future[Any]) -> Any:
    try:
        answer = asked.result()
    except (OSError, EOFError) as error:
        raise BatchesNeeded(f"a process has died: {type(error).__name__}") from error
    if answer is None:
        raise BatchesNeeded("a delivery needs special care")
    return answer
