"""An S3 bucket. An object is there whole or not at all; a PUT replaces the one before.

What is being written lies in a file without a name in the temporary directory, so a killed export
leaves nothing there.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import IO
from urllib.parse import urlsplit

from pyarrow import fs

from analytics.export.manifest import MANIFEST
from analytics.export.places import ExportFailed
from analytics.s3 import s3_address

_PIECE = 1 << 20
_CONNECT_SECONDS, _ANSWER_SECONDS = 10.0, 60.0
_CODE = re.compile(r"AWS Error ([A-Z_]+)")
_HTTP = re.compile(r"HTTP status (\d{3})")
_ADVICE = {
    "ACCESS_DENIED": "may these credentials list, read, write and delete there?",
    "NO_SUCH_BUCKET": "make the bucket first",
    "INVALID_ACCESS_KEY_ID": "check AWS_ACCESS_KEY_ID",
    "SIGNATURE_DOES_NOT_MATCH": "check AWS_SECRET_ACCESS_KEY",
    "NETWORK_CONNECTION": "check AWS_ENDPOINT_URL and the network",
}
_OTHERWISE = (
    "check the bucket's name, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and "
    "AWS_ENDPOINT_URL"
)


class ExportBucket:
    """`s3://bucket/prefix`. Credentials are those of the usual variables and files of AWS."""

    def __init__(self, url: str) -> None:
        """Raises `ExportFailed`."""
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.hostname or parts.query or "@" in parts.netloc:
            raise ExportFailed("write the place as s3://bucket/prefix")
        self._bucket = parts.netloc
        self._root = "/".join(part for part in (parts.netloc, *parts.path.split("/")) if part)
        with self._told():
            self._files = fs.S3FileSystem(
                **s3_address().pyarrow_options(),
                connect_timeout=_CONNECT_SECONDS,
                request_timeout=_ANSWER_SECONDS,
                # A small object is one PUT.
                allow_delayed_open=True,
            )

    def held(self) -> AbstractContextManager[None]:
        """A bucket cannot tell."""
        return nullcontext()

    def sizes(self) -> Mapping[str, int]:
        with self._told():
            found = self._files.get_file_info(
                fs.FileSelector(self._root, recursive=True, allow_not_found=self._has_prefix)
            )
        return {
            one.path.removeprefix(f"{self._root}/"): one.size
            for one in found
            if one.type == fs.FileType.File
        }

    @property
    def _has_prefix(self) -> bool:
        if self._root == self._bucket:
            return False
        if self._files.get_file_info(self._bucket).type == fs.FileType.NotFound:
            raise ExportFailed(f"there is no bucket {self._bucket}: make it first")
        return True

    def manifest(self) -> bytes | None:
        with self._told():
            try:
                with self._files.open_input_stream(f"{self._root}/{MANIFEST}") as stream:
                    return bytes(stream.read())
            except FileNotFoundError:
                return None

    @contextmanager
    def new_file(self) -> Iterator[IO[bytes]]:
        with tempfile.TemporaryFile() as file:
            yield file

    def put(self, name: str, file: IO[bytes]) -> None:
        file.seek(0)
        with self._told(), self._files.open_output_stream(f"{self._root}/{name}") as stream:
            while piece := file.read(_PIECE):
                stream.write(piece)

    def put_manifest(self, content: bytes) -> None:
        with self._told(), self._files.open_output_stream(f"{self._root}/{MANIFEST}") as stream:
            stream.write(content)

    def remove(self, name: str) -> None:
        with self._told():
            self._files.delete_file(f"{self._root}/{name}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Of what the server says only its code: its words may hold a key."""
        try:
            yield
        except (OSError, ValueError) as error:
            code = _CODE.search(str(error))
            status = _HTTP.search(str(error))
            said = code[1] if code else f"HTTP {status[1]}" if status else type(error).__name__
            advice = _ADVICE.get(said, _OTHERWISE)
            raise ExportFailed(f"bucket {self._bucket}: {said}; {advice}") from None
