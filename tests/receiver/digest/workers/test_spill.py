"""Deliveries put aside: all are found again, those of one lead together, some at a time."""

import random
from collections import Counter
from pathlib import Path

import pytest

from analytics.fold import DecodedDelivery, Key
from receiver.digest.workers import spill as module
from receiver.digest.workers.spill import (
    Chunk,
    SpillTooLarge,
    in_portions,
    open_spill_file,
    read_share,
    shares,
    spill,
)


def deliveries(keys: list[Key | None], text: str = "") -> list[DecodedDelivery]:
    return [
        DecodedDelivery(n, n, "default", "webhook", {"fio": text + str(n)}, key, n, 1, None, None)
        for n, key in enumerate(keys, 1)
    ]


def folded_again(
    directory: Path, those: list[DecodedDelivery], batch: int
) -> list[list[DecodedDelivery]]:
    with open_spill_file(directory) as file:
        chunks: list[Chunk] = []
        for start in range(0, len(those), batch):
            chunks += spill(file.fileno(), those[start : start + batch])
        return [read_share(share) for share in shares(chunks)]


@pytest.mark.parametrize("leads", [1, 3, 700, 5000])
def test_everything_is_in_one_share_and_a_lead_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leads: int
) -> None:
    monkeypatch.setattr(module, "MOST_DELIVERIES", 300)
    chance = random.Random(leads)
    keys: list[Key | None] = [
        chance.choice([("call", chance.randrange(leads)), ("request", chance.randrange(leads))])
        for _ in range(3000)
    ]
    keys[5:2000:7] = [None] * len(keys[5:2000:7])
    those = deliveries(keys)
    found = folded_again(tmp_path, list(those), batch=500)
    assert sorted((one for share in found for one in share), key=lambda one: one.delivery_id) == (
        those
    )
    seen = Counter(key for share in found for key in {one.key for one in share if one.key})
    assert set(seen.values()) == {1}
    for share in found:
        ids = [one.delivery_id for one in share]
        assert ids == sorted(ids)


def test_shares_are_of_bounded_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_DELIVERIES", 300)
    those = deliveries([("call", n * 7919 % 3000) for n in range(6000)])
    sizes = [len(share) for share in folded_again(tmp_path, those, batch=1000)]
    assert len(sizes) > 10
    assert max(sizes) < 600


def test_long_texts_make_small_shares(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 200_000)
    those = deliveries([("call", n) for n in range(1000)], "x" * 1000)
    sizes = [len(share) for share in folded_again(tmp_path, those, batch=100)]
    assert max(sizes) < 400


def test_a_lead_that_is_too_much_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TOO_MANY_BYTES", 200_000)
    those = deliveries([("call", 1)] * 300, "x" * 1000)
    with pytest.raises(SpillTooLarge):
        folded_again(tmp_path, those, batch=100)


def test_a_lead_that_is_too_much_is_taken_in_portions_as_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_DELIVERIES", 100)
    those = deliveries([("call", n % 3) for n in range(3000)])
    with open_spill_file(tmp_path) as file, open_spill_file(tmp_path) as another:
        chunks: list[Chunk] = []
        for start in range(0, len(those), 500):
            place = (file, another)[start // 500 % 2]
            chunks += spill(place.fileno(), those[start : start + 500])
        portions = [portion for share in shares(chunks) for portion in in_portions(share)]
    assert max(len(portion) for portion in portions) < 100 + 32
    taken_again = [one for portion in portions for one in portion]
    assert sorted(taken_again, key=lambda one: one.delivery_id) == those
    for key in {one.key for one in those}:
        ids = [one.delivery_id for one in taken_again if one.key == key]
        assert ids == sorted(ids)


def test_nothing_put_aside_is_no_share() -> None:
    assert list(shares([])) == []


def test_the_file_has_no_name(tmp_path: Path) -> None:
    with open_spill_file(tmp_path) as file:
        spill(file.fileno(), deliveries([("call", 1)]))
        assert list(tmp_path.iterdir()) == []
