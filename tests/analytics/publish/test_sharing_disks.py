"""Where the file system shares blocks, a publication is free of size. XFS here; btrfs, whose tools
not every machine has, in tests/faults."""

from pathlib import Path

from analytics.publish.shared_blocks import shares_blocks
from tests.analytics.publish.sharing_disk import check_that_publications_take_no_room, sharing_disk


def test_publications_on_xfs_take_no_room(tmp_path: Path) -> None:
    with sharing_disk("xfs", tmp_path) as disk:
        check_that_publications_take_no_room(disk)


def test_whether_blocks_are_shared_is_tried_out(tmp_path: Path) -> None:
    with sharing_disk("xfs", tmp_path) as disk:
        assert shares_blocks(disk.data_dir, disk.data_dir)
        assert not shares_blocks(tmp_path, disk.data_dir)
    (tmp_path / "other").mkdir()
    with sharing_disk("ext4", tmp_path / "other") as disk:
        assert not shares_blocks(disk.data_dir, disk.data_dir)
