"""The process that decodes ahead of digest: python -m receiver.digest.workers.decoder FD

It first receives the dialect of the webhooks, then batches, and answers each with its table: None
for a batch that digest has to handle delivery by delivery.
"""

from collections.abc import Callable

import pyarrow as pa

from receiver.digest.workers.process import answer_requests
from receiver.digest.workers.raw_delivery import RawDelivery, WebhookDialect, decoded


def answering(dialect: WebhookDialect) -> Callable[[list[RawDelivery]], pa.Table | None]:
    def answer(batch: list[RawDelivery]) -> pa.Table | None:
        try:
            return decoded(batch, dialect)
        except (ValueError, OverflowError, pa.ArrowException):
            return None

    return answer


if __name__ == "__main__":
    answer_requests(answering)
