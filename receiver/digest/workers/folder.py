"""The process that rebuilds for another: python -m receiver.digest.workers.folder FD

It is told the wording of the webhooks and its file, then given batches, which it decodes and puts
aside, and shares of what has been put aside, whose leads it folds. A share that memory cannot hold
is given back. None is its answer to what has to be looked at delivery by delivery.
"""

from collections.abc import Callable
from typing import NamedTuple

import pyarrow as pa

from analytics.fold import Folded, fold_whole
from receiver.digest.batch import RawDelivery, WebhookDialect, decoded_and_read
from receiver.digest.workers.process import answer_requests
from receiver.digest.workers.spill import Chunk, Share, SpillTooLarge, put_aside, taken


class WorkerInit(NamedTuple):
    wording: WebhookDialect
    fd: int


Request = list[RawDelivery] | Share
Answer = list[Chunk] | Folded | Share | None


def answering(told: WorkerInit) -> Callable[[Request], Answer]:
    def answer(request: Request) -> Answer:
        try:
            if isinstance(request, Share):
                return _folded(request)
            return put_aside(told.fd, decoded_and_read(request, told.wording))
        except (ValueError, OverflowError, pa.ArrowException):
            return None

    return answer


def _folded(share: Share) -> Folded | Share:
    try:
        return fold_whole(taken(share))
    except SpillTooLarge:
        return share


if __name__ == "__main__":
    answer_requests(answering)
