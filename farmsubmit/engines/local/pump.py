"""Output that passes through a status filter on its way into the log.

Only then does it pass through Python at all: a thread reads what the program writes and appends what is left of it
to the log, from which everything else is read as always.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Callable, Optional

#: Takes a line without its end, and returns what to keep of it; None drops it. It must not raise.
LineFilter = Callable[[str], Optional[str]]

_PIECE = 1 << 16
# What has no end by then is taken as a line.
_LONGEST_LINE = 1 << 20


class FilteredLines:
    """Gives pieces of output back, filtered line by line; empty lines stay as they are."""

    def __init__(self, keep: LineFilter) -> None:
        self._keep = keep
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        """Take the next piece; return what is left of the lines that have ended."""
        lines = (self._rest + data).splitlines(keepends=True)
        self._rest = b""
        if lines and not lines[-1].endswith((b"\r", b"\n")) and len(lines[-1]) <= _LONGEST_LINE:
            self._rest = lines.pop()
        return b"".join(map(self._kept, lines))

    def finish(self) -> bytes:
        """Return what is left of a line without end."""
        rest, self._rest = self._rest, b""
        return self._kept(rest)

    def _kept(self, line: bytes) -> bytes:
        text = line.rstrip(b"\r\n")
        if not text:
            return line
        kept = self._keep(text.decode("utf-8", "surrogateescape"))
        return b"" if kept is None else kept.encode("utf-8", "surrogateescape") + line[len(text) :]


class Pump:
    """Reads a pipe to its end, which is when all programs that hold it have ended."""

    def __init__(self, pipe: Any, log: Path, keep: LineFilter) -> None:
        self._thread = threading.Thread(target=_pump, args=(pipe, log, FilteredLines(keep)), daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Wait for the end, but no longer."""
        self._thread.join(seconds)


def _pump(pipe: Any, log: Path, lines: FilteredLines) -> None:
    with pipe, log.open("ab", buffering=0) as out:
        while True:
            data = pipe.read1(_PIECE)
            # The program must not stand still because the disk is full.
            with suppress(OSError):
                out.write(lines.feed(data) if data else lines.finish())
            if not data:
                return
