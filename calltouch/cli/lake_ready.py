"""What cannot be done where the store is a lake, and what to do instead: the one register."""

REFUSED = {"demo": "unset CALLTOUCH_STORE: the demo brings a directory of its own"}
"""By the command's name."""


def refusal(command: str) -> str:
    return f"`{command}` does not work on a lake (CALLTOUCH_STORE): {REFUSED[command]}"
