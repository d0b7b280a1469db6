"""Publications where btrfs shares the blocks."""

from pathlib import Path

from tests.analytics.publish.sharing_disk import check_that_publications_take_no_room, sharing_disk


def test_publications_on_btrfs_take_no_room(tmp_path: Path) -> None:
    with sharing_disk("btrfs", tmp_path) as disk:
        check_that_publications_take_no_room(disk)
