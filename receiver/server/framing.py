"""Where a web request ends in the bytes that have come so far. No I/O, no clock.

Only the end is looked for here: what is in the request gunicorn's own parser judges afterwards,
with exactly these bytes and no more. Where the two could see different ends (two lengths, a length
and chunks, a broken chunk) the request ends with its head and the connection closes behind it.
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
# Blanks where a secret ends come from copying; others may be a request that is not meant as one.
_BLANKS = re.compile(rb"(?<! ) ++(?=[?&]|$)")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_CHUNK_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*(?:;[^\r\n]*)?")


@dataclass(frozen=True, slots=True)
class CompleteRequest:
    """A whole request, and what came behind it. `closes`: nothing behind it can be trusted."""

    request: bytes
    rest: bytes
    closes: bool


@dataclass(frozen=True, slots=True)
class RequestTooLarge:
    """More than is accepted; `status` is the answer."""

    status: str


class Framing:
    """The bytes of one connection since the last complete request."""

    def __init__(self, max_body_bytes: int) -> None:
        self._max_body = max_body_bytes
        self._data = bytearray()
        self._head_end = 0
        self._closes = False
        # The offset where the request ends; while chunks come, where the next one begins.
        self._end: int | None = None
        self._chunk = 0
        self._expects = False
        # The client waits to be told to go on; whoever tells it takes this back.
        self.wants_continue = False

    def __len__(self) -> int:
        return len(self._data)

    @property
    def expected_bytes(self) -> int:
        """How long the request says that it is; 0 while that is not known."""
        return self._end or 0

    def feed(self, data: bytes) -> CompleteRequest | RequestTooLarge | None:
        """Add what came; None while the request goes on."""
        searched = max(len(self._data) - len(_END), 0)
        self._data += data if self._data else data.lstrip(b"\r\n")
        if not self._head_end and not self._find_head(searched):
            return self._too_long_a_head()
        if self._end is None:
            refused = self._follow_chunks()
            if refused is not None:
                return refused
        if self._end is None or len(self._data) < self._end:
            return None
        return self._cut()

    def _find_head(self, searched: int) -> bool:
        found = self._data.find(_END, searched)
        if found < 0:
            return False
        self._head_end = found + len(_END)
        head = bytes(self._data[: self._head_end])
        fields = [(name.lower(), value.strip(b" \t")) for name, value in _FRAMING.findall(head)]
        lengths = [value for name, value in fields if name == b"content-length"]
        codings = [value.lower() for name, value in fields if name == b"transfer-encoding"]
        expects = [value.lower() for name, value in fields if name == b"expect"]
        if codings == [b"chunked"] and not lengths:
            self._chunk = self._head_end
        elif not codings and len(lengths) == 1 and re.fullmatch(rb"[0-9]{1,18}", lengths[0]):
            self._end = self._head_end + min(int(lengths[0]), self._max_body + 1)
            # The application answers 413 without reading; no need to wait for what comes.
            if int(lengths[0]) > self._max_body:
                self._end, self._closes = self._head_end, True
        else:
            self._end = self._head_end
            self._closes = bool(codings or lengths)
        self._expects = expects == [b"100-continue"]
        self.wants_continue = self._expects and not self._closes
        return True

    def _too_long_a_head(self) -> RequestTooLarge | None:
        if len(self._data) > MAX_REQUEST_LINE_BYTES and b"\r\n" not in self._data:
            return RequestTooLarge("414 URI Too Long")
        if len(self._data) > MAX_HEAD_BYTES:
            return RequestTooLarge("431 Request Header Fields Too Large")
        return None

    def _follow_chunks(self) -> RequestTooLarge | None:
        """Move to the end of the last chunk that is complete."""
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
        found = self._data.find(_END, line_end)
        if found >= 0:
            self._end = found + len(_END)
        elif len(self._data) - line_end > _MAX_TRAILER_BYTES:
            self._stop_at_head()
        return self._end is not None

    def _stop_at_head(self) -> None:
        """The body cannot be followed: let the parser see it as it is, and be done with it."""
        self._end, self._closes = len(self._data), True

    def _cut(self) -> CompleteRequest:
        assert self._end is not None
        head = bytes(self._data[: self._head_end])
        if self._expects:
            # Answered already, or not to be answered: the final answer comes at once.
            head = _EXPECT.sub(b"", head, count=1)
        # Not allowed in a URL, and yet sent: gunicorn would refuse what may be a delivery.
        method, space, behind = head.partition(b" ")
        target, end, fields = behind.partition(b"\r\n")
        url, blank, version = target.rpartition(b" ")
        url = _BLANKS.sub(lambda found: b"%20" * len(found[0]), url)
        url = _NOT_ASCII.sub(lambda found: f"%{found[0][0]:02X}".encode(), url)
        head = method + space + url + blank + version + end + fields
        request = head + bytes(self._data[self._head_end : self._end])
        return CompleteRequest(request, bytes(self._data[self._end :]), self._closes)
