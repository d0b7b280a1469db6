"""Runs a comparison and reads its result."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from calltouch.cli import main
from tests.receiver.calltouch_api.account import DAYS


def reconcile(
    capsys: pytest.CaptureFixture[str], *options: str, days: Sequence[str] = DAYS
) -> tuple[int, dict[str, Any]]:
    code = main(["reconcile", *days, "--json", *options])
    printed = capsys.readouterr()
    return code, json.loads(printed.out) if code in (0, 3) else {"error": printed.err}
