"""From a task's frames to its commands; and the base classes of decomposers and expanders.

Source: Puli's client 1.7. Two ranges that it turns into a command that does nothing, or into an error of Python, are
refused in one sentence here: an end before its start, and a packet of no frames.
"""

from __future__ import annotations

import re
from typing import Any, Dict, Iterator, Optional, Tuple

from farmsubmit.compat.puliclient._errors import GraphError

#: Commands that one task may have.
MOST_COMMANDS = 1_000_000
_FRAMES = re.compile(r"\s*(-?\d{1,9})\s*(?:-\s*(-?\d{1,9})\s*)?\Z", re.ASCII)


class TaskExpander:
    """What fills a group with tasks when the graph is prepared: derive from it and do so in ``__init__``."""

    def __init__(self, taskGroup: Any) -> None:
        pass


class TaskDecomposer:
    """What gives a task its commands when the graph is prepared: derive from it and do so in ``__init__``."""

    def __init__(self, task: Any) -> None:
        self.task = task

    def addCommand(
        self,
        name: str,
        args: Dict[str, Any],
        runnerPackages: Optional[str] = None,
        watcherPackages: Optional[str] = None,
    ) -> None:
        """Add a command to the task."""
        self.task.addCommand(name, args, runnerPackages, watcherPackages)


class DefaultTaskDecomposer(TaskDecomposer):
    """Cuts ``start`` to ``end``, or the ``framesList``, into packets of ``packetSize`` frames (default: 1).

    ``framesList`` is ``1,3,5-9``: a number is a command of its own, a range is cut into packets. Each command has the
    task's arguments with its own ``start`` and ``end``, and the name ``task_first_last``. A task without frames gets
    one command of its own name. Raises GraphError for frames that cannot be read or cut.
    """

    START_LABEL = "start"
    END_LABEL = "end"
    PACKETSIZE_LABEL = "packetSize"
    FRAMESLIST_LABEL = "framesList"

    def __init__(self, task: Any) -> None:
        super().__init__(task)
        given = task.arguments
        has_range = self.START_LABEL in given and self.END_LABEL in given
        if not has_range and self.FRAMESLIST_LABEL not in given:
            task.addCommand(task.name, given)
            return
        self.decompose(
            start=given.get(self.START_LABEL, 1),
            end=given.get(self.END_LABEL, 1),
            packetSize=given.get(self.PACKETSIZE_LABEL, 1),
            callback=self,
            framesList=given.get(self.FRAMESLIST_LABEL, ""),
        )

    def addCommand(self, packetStart: Any, packetEnd: Any, *more: Any) -> None:
        """Add the command for one packet; its last frame belongs to it."""
        arguments = dict(self.task.arguments)
        if packetStart is not None:
            arguments[self.START_LABEL] = packetStart
        if packetEnd is not None:
            arguments[self.END_LABEL] = packetEnd
        self.task.addCommand(f"{self.task.name}_{packetStart}_{packetEnd}", arguments)

    def decompose(self, start: Any, end: Any, packetSize: Any, callback: Any, framesList: str = "") -> None:
        """Call ``callback.addCommand(first, last)`` for each packet."""
        size = self._whole(self.PACKETSIZE_LABEL, packetSize)
        if size < 1:
            raise self._refused(f"packetSize is {size}", "a packet has one frame or more")
        left = MOST_COMMANDS
        for first, last, step in self._ranges(start, end, size, framesList):
            left -= (last - first) // step + 1
            if left < 0:
                raise self._refused(f"it has more than {MOST_COMMANDS:,} commands", "make packetSize larger")
            for frame in range(first, last + 1, step):
                callback.addCommand(frame, min(frame + step - 1, last))

    def _ranges(self, start: Any, end: Any, size: int, frames: Any) -> Iterator[Tuple[int, int, int]]:
        """Yield first frame, last frame and packet size."""
        if not frames:
            yield (*self._checked(self._whole(self.START_LABEL, start), self._whole(self.END_LABEL, end)), size)
            return
        if not isinstance(frames, str):
            raise self._refused(f"framesList is {frames!r}", "write text such as 1,3,5-9")
        for part in frames.split(","):
            found = _FRAMES.match(part)
            if found is None:
                raise self._refused(f"framesList has {part!r}", "write numbers and ranges, such as 1,3,5-9")
            first = int(found[1])
            yield (first, first, 1) if found[2] is None else (*self._checked(first, int(found[2])), size)

    def _checked(self, first: int, last: int) -> Tuple[int, int]:
        if last < first:
            raise self._refused(f"its end {last} is before its start {first}", "swap them")
        return first, last

    def _whole(self, label: str, value: Any) -> int:
        try:
            return int(value)
        except (ValueError, TypeError, OverflowError):
            raise self._refused(f"{label} is {value!r}", "a whole number is wanted") from None

    def _refused(self, problem: str, hint: str) -> GraphError:
        return GraphError(f"task {self.task.name!r}: {problem}", hint)
