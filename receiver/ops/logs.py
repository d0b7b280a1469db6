"""Logging: one line per event on stderr, whatever a sender put into it."""

import logging
import sys
from typing import Any

FORMAT = "%(asctime)s %(levelname)s %(name)s[%(process)d]: %(message)s"
_CONTROL = {code: f"\\x{code:02x}" for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))}
# gunicorn quotes requests that failed, which may contain phones and tokens.
_INVALID = "Invalid request from ip="
_FAILED = "Error handling request"


class OneLineFormatter(logging.Formatter):
    """Escapes control characters: a line feed in a message cannot begin a forged line."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = record.message.translate(_CONTROL)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        """A traceback has many lines, none of which looks like another event."""
        lines = super().formatException(ei).split("\n")
        return "\n".join(f"  | {line.translate(_CONTROL)}" for line in lines)


class RedactingFilter(logging.Filter):
    """Removes what a client sent from gunicorn's messages about it."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if message.startswith(_INVALID):
            address = message.removeprefix(_INVALID).partition(":")[0]
            record.msg, record.args = f"invalid web request from {address}", ()
        elif message.startswith(_FAILED):
            record.msg, record.args = "a web request could not be handled", ()
        return True


def configure(level: int = logging.INFO) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLineFormatter(FORMAT))
    handler.addFilter(RedactingFilter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
