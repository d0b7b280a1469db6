"""The process that rebuilds for another: python -m receiver.digest.workers.folder FD

It first receives the dialect of the webhooks and its file, then batches, which it decodes and
spills to that file, and shares of the spilled deliveries, whose leads it folds. A share too large
for memory is returned. None is its answer to what has to be handled delivery by delivery.
"""

from collections.abc import Callable

import pyarrow as pa

from analytics.fold import Folded, fold_whole
from receiver.digest.workers.process import answer_requests
from receiver.digest.workers.raw_delivery import RawDelivery, RebuildInit, decoded_and_read
from receiver.digest.workers.spill import Chunk, Share, SpillTooLarge, read_share, spill

Request = list[RawDelivery] | Share
Answer = list[Chunk] | Folded | Share | None


def answering(init: RebuildInit) -> Callable[[Request], Answer]:
    def answer(request: Request) -> Answer:
        try:
            if isinstance(request, Share):
                return _folded(request)
            return spill(init.fd, decoded_and_read(request, init.dialect))
        except (ValueError, OverflowError, pa.ArrowException):
            return None

    return answer


def _folded(share: Share) -> Folded | Share:
    try:
        return fold_whole(read_share(share))
    except SpillTooLarge:
        return share


if __name__ == "__main__":
    answer_requests(answering)
