"""HTTP bodies taken out of the bytes of a connection as they come, however they are cut."""

import re
from collections.abc import Mapping
from http.client import IncompleteRead

__all__ = ("Framing",)

# No more digits than a size of 64 bits has. int() would take signs, blanks, underscores and other scripts' digits.
_LENGTH, _SIZE = re.compile("[0-9]{1,19}"), re.compile(rb"[0-9A-Fa-f]{1,16}")
LONGEST_SIZE_LINE = 64 * 1024  # bytes, as http.client has it


class Framing:
    """The body that HEADERS (any case) announce: in chunks, of a length, or all until the connection ends."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        length = headers.get("content-length", "")
        # Of the body, or of this chunk. Only ASCII digits, and so many that int() takes them: a server may send "²".
        known = not self._chunked and re.fullmatch(r"[0-9]{1,18}", length)
        self._left = int(length) if known else None
        self._rest = bytearray()
        self.done = self._left == 0

    def feed(self, data: bytes) -> bytes:
        """What of the body DATA has; sets ``done`` at its end. Raises IncompleteRead for what is no chunk."""
        if self.done:
            return b""
        if self._chunked:
            return self._chunks(data)
        if self._left is None:
            return data
        body = data[: self._left]
        self._left -= len(body)
        self.done = not self._left
        return body

    def ended(self) -> None:
        """The connection has ended; raises IncompleteRead where the body has not."""
        if not self.done and (self._chunked or self._left):
            raise IncompleteRead(b"")
        self.done = True

    def _chunks(self, data: bytes) -> bytes:
        self._rest += data
        body = bytearray()
        while not self.done and (self._left or self._size()):
            piece = self._rest[: self._left]
            del self._rest[: self._left]
            body += piece
            self._left = (self._left or 0) - len(piece)
            if self._left:
                break
        return bytes(body)

    def _size(self) -> bool:
        """Read the line that begins a chunk; False where it is not whole yet, or says that nothing more comes."""
        while (end := self._rest.find(b"\n")) >= 0:
            line = bytes(self._rest[:end]).partition(b";")[0].strip()
            del self._rest[: end + 1]
            if not line:  # the end of the chunk before
                continue
            if not _SIZE.fullmatch(line):
                raise IncompleteRead(line)
            self._left = int(line, 16)
            self.done = self._left == 0
            return not self.done
        if len(self._rest) > LONGEST_SIZE_LINE:
            raise IncompleteRead(b"")
        return False
