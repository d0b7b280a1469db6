"""Copies of a store that goes through everything, told of by its checkpoints which blocks were
written: none is written that they do not tell of, and each publication is the store."""

from pathlib import Path

import pytest

from tests.analytics.publish.store_life import live
from tests.faults.rounds import chance, rounds

PUBLICATIONS = 40


@pytest.mark.parametrize("reads", [False, True])
@pytest.mark.parametrize("life", range(rounds(1, 40)))
def test_a_published_store_is_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, life: int, reads: bool
) -> None:
    watched = live(tmp_path, monkeypatch, chance("publishing", life, reads), PUBLICATIONS, reads)
    assert watched.known > 5
    assert watched.told < watched.of * 0.8
