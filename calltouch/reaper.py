"""The process that lets nothing outlive `serve`: python -m calltouch.reaper SECONDS

It leads the group of all processes that `serve` starts. Its standard input is a pipe that ends with
`serve`, however that may end. The kernel has told the others by then; what is left of the group
after so many seconds is killed.
"""

import os
import signal
import sys
import time

from receiver.processes import processes


def main(seconds: float) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    while os.read(sys.stdin.fileno(), 1):
        pass
    give_up_at = time.monotonic() + seconds
    while _has_company():
        if time.monotonic() > give_up_at:
            os.killpg(0, signal.SIGKILL)
        time.sleep(0.1)


def _has_company() -> bool:
    """Whether somebody else of the group lives."""
    mine = [one for one in processes() if one.group == os.getpgrp() and one.state != "Z"]
    return any(one.pid != os.getpid() for one in mine)


if __name__ == "__main__":
    main(float(sys.argv[1]))
