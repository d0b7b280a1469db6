"""Where a web request ends in the bytes received so far. No I/O, no clock.

This looks for the end only; gunicorn's own parser then judges the request, given exactly these
bytes and no more. Where the two could see different ends (two lengths, a length and chunks, a
broken chunk), the request ends with its head and the connection closes after it.
"""

import re
from dataclasses import dataclass

MAX_HEAD_BYTES = 96 << 10
MAX_REQUEST_LINE_BYTES = (64 << 10) + 4096
_MAX_CHUNK_LINE = 1024
_MAX_TRAILER_BYTES = 8 << 10

_END = b"\r\n\r\n"
_FRAMING = re.compile(
    rb"\r\n(content-length|transfer-encoding|expect)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE
)
_EXPECT = re.compile(rb"\r\nexpect[ \t]*:[^\r\n]*", re.IGNORECASE)
# Blanks at the end of a secret come from copying; others may be smuggling a second request line.
_BLANKS = re.compile(rb"(?<! ) ++(?=[?&]|$)")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*(?:;[^\r\n]*)?")


@dataclass(frozen=True, slots=True)
class CompleteRequest:
    """A whole request, and the bytes after it. `closes`: nothing after it can be trusted."""

    request: bytes
    rest: bytes
    closes: bool


@dataclass(frozen=True, slots=True)
class RequestTooLarge:
    """Larger than we accept; `status` is the answer."""

    status: str


class Framing:
    """The bytes of one connection since the last complete request."""

    def __init__(self, max_body_bytes: int) -> None:
        self._max_body = max_body_bytes
        self._data = bytearray()
        self._head_end = 0
        self._closes = False
        # Where the request ends; `_chunk`: where the next chunk begins.
        self._end: int | None = None
        self._chunk = 0
        self._expects = False
        # The client waits for `100 Continue`; reset by whoever sends it.
        self.wants_continue = False

    def __len__(self) -> int:
        return len(self._data)

    @property
    def expected_bytes(self) -> int:
        """How long the request says it is; 0 while unknown."""
        return self._end or 0

    def feed(self, data: bytes) -> CompleteRequest | RequestTooLarge | None:
        """Add received bytes; None while the request is incomplete."""
        searched = max(len(self._data) - len(_END), 0)
        self._data += data if self._data else data.lstrip(b"\r\n")
        if not self._head_end and not self._find_head(searched):
            return self._head_too_large()
        if self._end is None:
            refused = self._follow_chunks()
            if refused is not None:
                return refused
        if self._end is None or len(self._data) < self._end:
            return None
        return self._cut()

    def _find_head(self, searched: int) -> bool:
        end = self._data.find(_END, searched)
        if end < 0:
            return False
        self._head_end = end + len(_END)
        head = bytes(self._data[: self._head_end])
        fields = [(name.lower(), value.strip(b" \t")) for name, value in _FRAMING.findall(head)]
        lengths = [value for name, value in fields if name == b"content-length"]
        codings = [value.lower() for name, value in fields if name == b"transfer-encoding"]
        expects = [value.lower() for name, value in fields if name == b"expect"]
        if codings == [b"chunked"] and not lengths:
            self._chunk = self._head_end
        elif not codings and len(lengths) == 1 and re.fullmatch(rb"[0-9]{1,18}", lengths[0]):
            self._end = self._head_end + min(int(lengths[0]), self._max_body + 1)
            # The application answers 413 without reading; no need to wait for the body.
            if int(lengths[0]) > self._max_body:
                self._end, self._closes = self._head_end, True
        else:
            self._end = self._head_end
            self._closes = bool(codings or lengths)
        self._expects = expects == [b"100-continue"]
        self.wants_continue = self._expects and not self._closes
        return True

    def _head_too_large(self) -> RequestTooLarge | None:
        if len(self._data) > MAX_REQUEST_LINE_BYTES and b"\r\n" not in self._data:
            return RequestTooLarge("414 URI Too Long")
        if len(self._data) > MAX_HEAD_BYTES:
            return RequestTooLarge("431 Request Header Fields Too Large")
        return None

    def _follow_chunks(self) -> RequestTooLarge | None:
        """Move to the end of the last complete chunk."""
        while self._end is None:
            line_end = self._data.find(b"\r\n", self._chunk, self._chunk + _MAX_CHUNK_LINE)
            if line_end < 0:
                if len(self._data) - self._chunk >= _MAX_CHUNK_LINE:
                    self._stop_at_head()
                break
            size = _CHUNK_SIZE.fullmatch(bytes(self._data[self._chunk : line_end]))
            if size is None:
                self._stop_at_head()
            elif int(size[1], 16) == 0:
                if not self._find_trailer_end(line_end):
                    break
            elif len(self._data) < line_end + 2 + int(size[1], 16) + 2:
                break
            else:
                self._chunk = line_end + 2 + int(size[1], 16) + 2
        if len(self._data) - self._head_end > 2 * self._max_body + _MAX_TRAILER_BYTES:
            return RequestTooLarge("413 Content Too Large")
        return None

    def _find_trailer_end(self, line_end: int) -> bool:
        """After the last chunk: trailers, if any, and an empty line."""
        end = self._data.find(_END, line_end)
        if end >= 0:
            self._end = end + len(_END)
        elif len(self._data) - line_end > _MAX_TRAILER_BYTES:
            self._stop_at_head()
        return self._end is not None

    def _stop_at_head(self) -> None:
        """The body makes no sense: let the parser see it as it is, and close."""
        self._end, self._closes = len(self._data), True

    def _cut(self) -> CompleteRequest:
        assert self._end is not None
        head = bytes(self._data[: self._head_end])
        if self._expects:
            # Already answered, or the final answer comes at once.
            head = _EXPECT.sub(b"", head, count=1)
        # Not allowed in a URL, yet some send it: gunicorn would refuse what may be a delivery.
        method, space, behind = head.partition(b" ")
        target, end, fields = behind.partition(b"\r\n")
        url, blank, version = target.rpartition(b" ")
        url = _BLANKS.sub(lambda blanks: b"%20" * len(blanks[0]), url)
        url = _NOT_ASCII.sub(lambda byte: f"%{byte[0][0]:02X}".encode(), url)
        head = method + space + url + blank + version + end + fields
        request = head + bytes(self._data[self._head_end : self._end])
        return CompleteRequest(request, bytes(self._data[self._end :]), self._closes)
