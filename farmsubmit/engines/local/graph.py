"""Who waits for whom: needs of tasks and gates, gathered while a tree is walked.

A task needs its children, and the gate before it if there is one. Under a serial parent, the gate before a child
needs the elder sibling and the gate before that. As every task below that child needs the gate too, the whole subtree
of the elder comes first. An Instance is no node of its own: who would need it needs its target.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Optional, Union

from farmsubmit.author.elements import Task

# A task or gate as its number (gates below zero until all tasks are counted), or a task that may not have one yet.
_Node = Union[int, Task]


@dataclass
class _Level:
    """The children of one parent: the gate before the next of them, and what that gate must be extended by."""

    tid: Optional[int]
    serial: bool
    gate: Optional[int]
    elders: List[_Node] = field(default_factory=list)


class Graph:
    """Gathers the needs of a tree whose tasks are entered and left in script order; tids count from 1."""

    def __init__(self, serial: bool) -> None:
        self._tasks: List[List[_Node]] = []
        self._gates: List[List[_Node]] = []
        self._levels = [_Level(None, serial, None)]

    def enter(self, serial: bool) -> Optional[int]:
        """Begin the next task, and return its parent's tid; ``serial`` says whether its children run in series."""
        above = self._levels[-1]
        gate = self._gate(above)
        self._tasks.append([] if gate is None else [gate])
        tid = len(self._tasks)
        self._need(above, tid)
        self._levels.append(_Level(tid, serial, gate))
        return above.tid

    def leave(self) -> None:
        """End the task that was entered last and not left yet."""
        tid = self._levels.pop().tid
        if self._levels[-1].serial and tid is not None:
            self._levels[-1].elders.append(tid)

    def wait_for(self, target: Task) -> None:
        """Put an instance of a task, which may come later, where the walk is."""
        above = self._levels[-1]
        self._need(above, target)
        if above.serial:
            above.elders.append(target)

    def needs(self, tids: Dict[int, int]) -> List[List[int]]:
        """Return the needs of all tasks and then of all gates, by number; ``tids`` are those of tasks by ``id()``."""
        last = len(self._tasks)

        def number(node: _Node) -> int:
            if isinstance(node, int):
                return node if node > 0 else last - node
            return tids[id(node)]

        return [list(dict.fromkeys(map(number, nodes))) for nodes in (*self._tasks, *self._gates)]

    def _need(self, level: _Level, node: _Node) -> None:
        if level.tid is not None:
            self._tasks[level.tid - 1].append(node)

    def _gate(self, level: _Level) -> Optional[int]:
        """Return the gate before the next child of a level."""
        if level.elders:
            before: List[_Node] = [] if level.gate is None else [level.gate]
            self._gates.append([*before, *level.elders])
            level.gate = -len(self._gates)
            level.elders = []
        return level.gate
