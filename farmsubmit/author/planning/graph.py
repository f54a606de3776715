"""Who waits for whom: needs of tasks and gates, gathered while a tree is walked.

A task needs its children, and the gate before it if there is one. Under a serial parent, the gate before a child
needs the elder sibling and the gate before that. As every task below that child needs the gate too, the whole subtree
of the elder comes first. An Instance is no node of its own: who would need it needs its target.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Optional, Sequence, Union

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
    """Gathers the needs of a tree whose tasks are entered and left in script order; tids go on from ``after``.

    Tasks with tids up to that one may be waited for. Where the tree is ``serial``, its first task waits for ``elders``.
    """

    def __init__(self, serial: bool, after: int = 0, elders: Sequence[int] = ()) -> None:
        self._after = after
        self._tasks: List[List[_Node]] = []
        self._gates: List[List[_Node]] = []
        self._tops: List[_Node] = []
        self._levels = [_Level(None, serial, None, [*elders] if serial else [])]

    def enter(self, serial: bool) -> Optional[int]:
        """Begin the next task, and return its parent's tid; ``serial`` says whether its children run in series."""
        above = self._levels[-1]
        gate = self._gate(above)
        self._tasks.append([] if gate is None else [gate])
        tid = self._after + len(self._tasks)
        self._need(above, tid)
        self._levels.append(_Level(tid, serial, gate))
        return above.tid

    def leave(self) -> None:
        """End the task that was entered last and not left yet."""
        tid = self._levels.pop().tid
        if self._levels[-1].serial and tid is not None:
            self._levels[-1].elders.append(tid)

    def wait_for(self, target: _Node) -> None:
        """Put an instance where the walk is: of a task, which may come later, or of an earlier one by its tid."""
        above = self._levels[-1]
        self._need(above, target)
        if above.serial:
            above.elders.append(target)

    def needs(self, tids: Dict[int, int]) -> List[List[int]]:
        """Return the needs of all tasks and then of all gates, by number; ``tids`` are those of tasks by ``id()``."""
        return [self._numbers(nodes, tids) for nodes in (*self._tasks, *self._gates)]

    def tops(self, tids: Dict[int, int]) -> List[int]:
        """Return what the parent of the whole tree would need: its outermost tasks, and those of instances there."""
        return self._numbers(self._tops, tids)

    def _numbers(self, nodes: List[_Node], tids: Dict[int, int]) -> List[int]:
        last = self._after + len(self._tasks)

        def number(node: _Node) -> int:
            if isinstance(node, int):
                return node if node > 0 else last - node
            return tids[id(node)]

        return list(dict.fromkeys(map(number, nodes)))

    def _need(self, level: _Level, node: _Node) -> None:
        needs = self._tops if level.tid is None else self._tasks[level.tid - self._after - 1]
        needs.append(node)

    def _gate(self, level: _Level) -> Optional[int]:
        """Return the gate before the next child of a level."""
        if level.elders:
            before: List[_Node] = [] if level.gate is None else [level.gate]
            self._gates.append([*before, *level.elders])
            level.gate = -len(self._gates)
            level.elders = []
        return level.gate
