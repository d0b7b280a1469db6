"""The files of a whole lake, removed."""

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from pyarrow import fs

from analytics.lake.address import LakePlace
from analytics.lake.attaching import LakeUnreachable


def remove_files(place: LakePlace) -> None:
    """Raises `LakeUnreachable`."""
    try:
        if place.data.startswith("s3://"):
            found = fs.S3FileSystem(**_endpoint())
            found.delete_dir_contents(place.data.removeprefix("s3://"), missing_dir_ok=True)
        elif Path(place.data).exists():
            shutil.rmtree(place.data)
    except OSError as error:
        why = type(error).__name__
        raise LakeUnreachable(f"files of lake {place.number} cannot be removed: {why}") from None


def _endpoint() -> dict[str, str]:
    """What pyarrow does not read from the environment itself."""
    found = {}
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    url = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if url:
        parts = urlsplit(url)
        found = {"scheme": parts.scheme or "https", "endpoint_override": parts.netloc}
        region = region or "us-east-1"
    return {**found, "region": region} if region else found
