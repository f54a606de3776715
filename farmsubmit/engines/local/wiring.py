"""Who waits for whom while a job runs: what each node still misses, and whom its end sets free.

Nodes are tasks, by their tids, and gates, by numbers below zero.
"""

from __future__ import annotations

from typing import Callable, Collection, Dict, List, Mapping, Sequence


def nodes(needs: Sequence[List[int]], after: int, count: int) -> Dict[int, List[int]]:
    """Return the needs of a plan by node, for those that have any; its ``count`` tasks follow the tid ``after``."""
    last = after + count

    def number(node: int) -> int:
        # Tids are never given twice at a time, so gates counted like the tasks of their plan never meet either.
        return node if node <= last else count - node

    return {number(node): list(map(number, needed)) for node, needed in enumerate(needs, after + 1) if needed}


class Wiring:
    """The nodes of a job and their needs; it grows with what is grafted and shrinks with what is removed."""

    def __init__(self) -> None:
        self._needs: Dict[int, List[int]] = {}
        self._waiters: Dict[int, List[int]] = {}
        self._missing: Dict[int, int] = {}

    def add(self, needs: Mapping[int, List[int]]) -> None:
        """Add needs of nodes that are here or not; all of them are missing."""
        for node, needed in needs.items():
            self._needs.setdefault(node, []).extend(needed)
            self._missing[node] = self._missing.get(node, 0) + len(needed)
            for other in needed:
                self._waiters.setdefault(other, []).append(node)

    def count_passed(self, needs: Mapping[int, List[int]], has_passed: Callable[[int], bool]) -> List[int]:
        """Take off what has passed of needs that were just added; return the tasks that gates then set free."""
        for node, needed in needs.items():
            self._missing[node] -= sum(map(has_passed, needed))
        gates = [node for node in needs if node < 0 and not self._missing[node]]
        return [freed for gate in gates for freed in self.let_go(gate)]

    def remove(self, gone: Collection[int], tops: Mapping[int, Collection[int]]) -> None:
        """Take nodes out, and ``tops`` from the needs of those that they stand under; then all needs are missing."""
        kept = {node: needed for node, needed in self._needs.items() if node not in gone}
        for node, unneeded in tops.items():
            if node in kept:
                kept[node] = [other for other in kept[node] if other not in unneeded]
        self._needs, self._waiters, self._missing = {}, {}, {}
        self.add(kept)

    def restart(self) -> None:
        """Let all needs be missing."""
        self._missing = {node: len(needed) for node, needed in self._needs.items()}

    def is_free(self, node: int) -> bool:
        """Whether a node misses nothing."""
        return not self._missing.get(node)

    def waiters(self, node: int) -> Sequence[int]:
        """Return the nodes that wait for one, or waited."""
        return self._waiters.get(node, ())

    def let_go(self, node: int) -> List[int]:
        """Take it that a node has passed; return the tasks that now miss nothing."""
        freed: List[int] = []
        passed = [node]
        while passed:
            for waiter in self._waiters.get(passed.pop(), ()):
                self._missing[waiter] -= 1
                if not self._missing[waiter]:
                    (freed if waiter > 0 else passed).append(waiter)
        return freed
