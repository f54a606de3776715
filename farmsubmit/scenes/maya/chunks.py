"""Walk the chunks of a .mb file: IFF, big-endian, in two widths.

``FOR4`` files (Maya up to 2013): tag, 4 bytes of size, data, padded to 4. ``FOR8`` files (2014 and newer): tag, 4
bytes of garbage, 8 bytes of size, data, padded to 8, counted from where the data starts. A group (``FORx``, ``LISx``)
starts with four letters of form, its children follow, and its size already includes their padding.
"""

from __future__ import annotations

import struct
from typing import IO, Iterator, NamedTuple

# What is read of one value at most; scripts are the longest that matter.
LIMIT = 1 << 20
# How much is read at once to look for chunks.
WINDOW = 1 << 16
_GROUPS = (b"FOR4", b"FOR8", b"LIS4", b"LIS8", b"CAT4", b"CAT8", b"PRO4", b"PRO8")


class Chunk(NamedTuple):
    """A chunk: its tag, the form if it is a group, and where its data starts and ends in the file."""

    tag: bytes
    form: bytes
    start: int
    end: int


class Chunks:
    """The chunks of an open file; ``broken`` says that one of them claims to be longer than what holds it."""

    def __init__(self, stream: IO[bytes], wide: bool) -> None:
        self._stream = stream
        self._header = struct.Struct(">4s4xQ" if wide else ">4sI")
        self._align = 8 if wide else 4
        self.size = stream.seek(0, 2)
        self.broken = False
        self._window = b""
        self._window_at = 0

    def top(self) -> Iterator[Chunk]:
        """Yield the chunks of the file's outermost group."""
        for chunk in self._between(0, self.size):
            yield from self.inside(chunk)

    def inside(self, group: Chunk) -> Iterator[Chunk]:
        """Yield the children of a group, none for a leaf."""
        return self._between(group.start, group.end) if group.form else iter(())

    def data(self, chunk: Chunk) -> bytes:
        """Return the data of a leaf, no more than LIMIT of it."""
        self._stream.seek(chunk.start)
        return self._stream.read(min(chunk.end - chunk.start, LIMIT))

    def _between(self, at: int, end: int) -> Iterator[Chunk]:
        size_of_header = self._header.size
        while at + size_of_header <= end:
            place = self._look(at, size_of_header + 4)
            if len(self._window) - place < size_of_header:
                self.broken = True
                return
            tag, size = self._header.unpack_from(self._window, place)
            start = at + size_of_header
            stop = start + size
            group = tag in _GROUPS
            if stop > end or (group and size < 4):
                self.broken = True
                stop = min(stop, end)
            if group:
                form = self._window[place + size_of_header : place + size_of_header + 4]
                yield Chunk(tag, form, start + 4, stop)
                at = stop
            else:
                yield Chunk(tag, b"", start, stop)
                at = start + -(-size // self._align) * self._align
        self.broken = self.broken or at < end

    def _look(self, at: int, size: int) -> int:
        """Return where that place of the file is in the window, which is moved there if it has to."""
        place = at - self._window_at
        if 0 <= place <= len(self._window) - size:
            return place
        self._stream.seek(at)
        self._window, self._window_at = self._stream.read(WINDOW), at
        return 0
