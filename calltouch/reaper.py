"""The process that lets nothing outlive `serve`: python -m calltouch.reaper SECONDS

It leads the group of all processes that `serve` starts. Its standard input is a pipe that closes
when `serve` ends, however it ends. By then the kernel has signalled the others; what is left of the
group after SECONDS is killed.
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
    """Whether another process of the group is alive."""
    group = [each for each in processes() if each.group == os.getpgrp() and each.state != "Z"]
    return any(process.pid != os.getpid() for process in group)


if __name__ == "__main__":
    main(float(sys.argv[1]))
