"""What a running command says of itself in its output: its progress, an exit status of its own choice, more tasks.

Source: Tractor's Process Launch page ("Progress or Percent-done Indication") and its scripting pages for
``TR_EXIT_STATUS``. The ``ALF_`` forms are the older ones. Blanks are tolerated, as in ``TR_PROGRESS  50 %``.
``TR_EXPAND_CHUNK "FILE"`` is as jobtronaut prints it; we take it without the quotes too.
"""

from __future__ import annotations

import os
import re
from typing import List, Optional

_PROGRESS = re.compile(rb"\b(?:TR|ALF)_PROGRESS[ \t]+(\d{1,9})[ \t]*%")
_STATUS = re.compile(rb"[ \t]*(?:TR|ALF)_EXIT_STATUS[ \t]+(-?\d{1,9})[ \t]*\Z")
_CHUNK = re.compile(rb'[ \t]*TR_EXPAND_CHUNK[ \t]+"?(.+?)"?[ \t]*\Z')
_LINE_END = re.compile(rb"[\r\n]")
_LONGEST_LINE = 4096


class OutputScanner:
    """Reads output piece by piece; ``progress`` is 0 to 100, ``exit_status`` the last that was said, or None each.

    ``chunks`` are the files of tasks that were named, in order, for whoever takes them out.
    """

    def __init__(self) -> None:
        self.progress: Optional[int] = None
        self.exit_status: Optional[int] = None
        self.chunks: List[str] = []
        self._rest = b""

    def feed(self, data: bytes) -> None:
        """Take the next piece; a line counts when it has ended, with a newline or a carriage return."""
        *lines, rest = _LINE_END.split(self._rest + data)
        for line in lines:
            self._line(line)
        # The end of a line without end is enough: what is looked for is short.
        self._rest = rest[-_LONGEST_LINE:]

    def finish(self) -> None:
        """Take what was left without a line end."""
        self._line(self._rest)
        self._rest = b""

    def _line(self, line: bytes) -> None:
        if b"_PROGRESS" in line:
            for found in _PROGRESS.finditer(line):
                self.progress = min(int(found[1]), 100)
        status = _STATUS.match(line) if b"_EXIT_STATUS" in line else None
        if status:
            self.exit_status = int(status[1])
        chunk = _CHUNK.match(line) if b"_EXPAND_CHUNK" in line else None
        if chunk:
            self.chunks.append(os.fsdecode(chunk[1]))
