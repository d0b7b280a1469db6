"""The files of a whole lake, removed."""

import shutil
from pathlib import Path

from pyarrow import fs

from analytics.lake.address import LakePlace
from analytics.lake.attaching import LakeUnreachable
from analytics.s3 import s3_address


def remove_files(place: LakePlace) -> None:
    """Raises `LakeUnreachable`."""
    try:
        if place.is_in_bucket:
            found = fs.S3FileSystem(**s3_address().pyarrow_options())
            found.delete_dir_contents(place.data.removeprefix("s3://"), missing_dir_ok=True)
        elif Path(place.data).exists():
            shutil.rmtree(place.data)
    except OSError as error:
        why = type(error).__name__
        raise LakeUnreachable(f"files of lake {place.number} cannot be removed: {why}") from None
