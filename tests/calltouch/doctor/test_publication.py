"""Doctor tries out whether copies share blocks, and says what it costs a large store if not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from calltouch.doctor import Finding, examine
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings

GIB = 1 << 30


def found(settings: Settings) -> list[Finding]:
    return [one for one in examine(settings) if one.check == "publication"]


@pytest.fixture
def sharing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    settings.data_dir.mkdir()

    def share(is_shared: bool) -> None:
        def tried(original: Path, copy: Path) -> bool:
            assert original == copy == settings.data_dir
            return is_shared

        monkeypatch.setattr("calltouch.doctor.publication.shares_blocks", tried)

    return share


@pytest.mark.parametrize(
    ("is_shared", "size", "level"),
    [
        (True, 2 * GIB, "ok"),
        (False, None, "ok"),
        (False, GIB // 2, "ok"),
        (False, 2 * GIB, "warn"),
    ],
)
def test_doctor_says_whether_a_store_of_this_size_needs_shared_blocks(
    settings: Settings,
    sharing: Callable[[bool], None],
    is_shared: bool,
    size: int | None,
    level: str,
) -> None:
    sharing(is_shared)
    if size is not None:
        with DataDir(settings.data_dir).store.open("wb") as store:
            store.truncate(size)
    (finding,) = found(settings)
    assert finding.level == level
    assert ("XFS" in finding.advice) == (level == "warn")
    assert ("2.0 GiB" in finding.text) == (level == "warn")


def test_a_directory_in_which_nothing_can_be_tried_is_another_checks_business(
    settings: Settings,
) -> None:
    assert found(settings) == []
