"""The process that decodes ahead of digest: python -m receiver.digest.decoding FD

It is given the wording of the webhooks, then batches, and answers each with its table, until the
other side of the connection is closed.
"""

import gc
import signal
import sys
from multiprocessing.connection import Connection

import pyarrow as pa

from receiver.digest.batch import Undecoded, Wording, decoded


def main() -> None:
    # Ctrl-C is for digest, which then closes the connection.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    connection: Connection = Connection(int(sys.argv[1]))
    try:
        wording: Wording = connection.recv()
        while True:
            connection.send(_table_or_none(connection.recv(), wording))
    except (EOFError, OSError):
        return


def _table_or_none(batch: list[Undecoded], wording: Wording) -> pa.Table | None:
    """None for a batch that digest has to look at delivery by delivery."""
    try:
        return decoded(batch, wording)
    except (ValueError, OverflowError, pa.ArrowException):
        return None


if __name__ == "__main__":
    main()
