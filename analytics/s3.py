"""Which S3 is meant, by AWS's usual variables, of which neither pyarrow nor DuckDB reads all."""

import os
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class S3Address:
    """`host`: with its port, of another server than AWS's; None where it is AWS's."""

    host: str | None
    is_encrypted: bool
    region: str | None

    def pyarrow_options(self) -> dict[str, str]:
        """Of `pyarrow.fs.S3FileSystem`, beside the keys, which it reads itself."""
        found = {"region": self.region} if self.region else {}
        if self.host is None:
            return found
        scheme = "https" if self.is_encrypted else "http"
        return {**found, "scheme": scheme, "endpoint_override": self.host}


def s3_address() -> S3Address:
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    url = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if not url:
        return S3Address(None, is_encrypted=True, region=region)
    parts = urlsplit(url)
    return S3Address(parts.netloc, parts.scheme != "http", region or "us-east-1")
