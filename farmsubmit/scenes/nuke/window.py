"""A stream seen through a window that moves on: words of any length are read with little memory."""

from __future__ import annotations

import re
from typing import BinaryIO, List

#: Bytes kept of one value; what follows is read past. Paths and settings are far shorter, curves and roto far longer.
LONGEST = 1 << 16
_CHUNK = 1 << 18
# While this much is at hand, a word is most likely whole.
_MARGIN = 1 << 14


class Window:
    """A part of a stream: ``text`` from ``position`` on is still to be read; ``ended`` says that nothing follows."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.text = b""
        self.position = 0
        self.ended = False

    def ensure(self) -> None:
        """Read on unless enough is at hand."""
        if len(self.text) - self.position < _MARGIN and not self.ended:
            self.fill()

    def fill(self) -> None:
        """Read on, and forget what is behind the position."""
        data = self._stream.read(_CHUNK)
        self.ended = not data
        self.text = self.text[self.position :] + data
        self.position = 0

    def run(self, pattern: re.Pattern[bytes]) -> bytes:
        """Take what the pattern, which may match nothing, matches; it goes on beyond the window."""
        first = pattern.match(self.text, self.position)
        if first is not None and first.end() < len(self.text):
            self.position = first.end()
            return first[0]
        return self._run_on(pattern)

    def _run_on(self, pattern: re.Pattern[bytes]) -> bytes:
        parts: List[bytes] = []
        size = 0
        while True:
            found = pattern.match(self.text, self.position)
            taken = found.group() if found else b""
            self.position += len(taken)
            if size < LONGEST:
                parts.append(taken)
                size += len(taken)
            if self.position < len(self.text) or self.ended:
                return b"".join(parts)
            self.fill()

    def next(self) -> bytes:
        """Return the byte that comes next, empty at the end of the file."""
        while self.position >= len(self.text) and not self.ended:
            self.fill()
        return self.text[self.position : self.position + 1]

    def byte(self) -> bytes:
        """Take one byte, whatever it is: damaged text must not stop the reader."""
        byte = self.next()
        self.position += len(byte)
        return byte

    def pair(self) -> bytes:
        """Take a backslash and what it escapes."""
        return self.byte() + self.byte()
