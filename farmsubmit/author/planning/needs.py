"""Who waits for whom, made short: what is implied by the rest is left out, and gates are seen through."""

from __future__ import annotations

from typing import Collection, Dict, FrozenSet, List, Sequence, Set, Tuple

from farmsubmit.errors import JobTreeError

#: What a task waits for, as nodes: tasks with the same key have the very same needs.
Key = Tuple[int, ...]

_MOST_WAITS = 5_000_000


def shortened(needs: Sequence[List[int]]) -> Dict[int, List[int]]:
    """Return the needs of nodes 1, 2, … without those that another need of the same node has itself."""
    found: Dict[int, List[int]] = {}
    for node, needed in enumerate(needs, 1):
        implied: Set[int] = set().union(*(needs[other - 1] for other in needed)) if len(needed) > 1 else set()
        left = [other for other in needed if other not in implied]
        if left:
            found[node] = left
    return found


def ordered(needs: Dict[int, List[int]], nodes: Collection[int]) -> List[int]:
    """Return all nodes so that each stands behind what it waits for; a cycle must have been refused before."""
    missing = {node: len(needs.get(node, ())) for node in nodes}
    waiters: Dict[int, List[int]] = {}
    for node, needed in needs.items():
        for other in needed:
            waiters.setdefault(other, []).append(node)
    order = [node for node in nodes if not missing[node]]
    for node in order:
        for waiter in waiters.get(node, ()):
            missing[waiter] -= 1
            if not missing[waiter]:
                order.append(waiter)
    return order


class Reach:
    """The tasks that are really waited for, behind gates and tasks that are not sent.

    Raises JobTreeError for a tree in which all tasks together wait for more than five million.
    """

    def __init__(self, needs: Dict[int, List[int]], sent: Collection[int]) -> None:
        self._needs, self._sent = needs, sent
        self._found: Dict[Key, FrozenSet[int]] = {}
        self._count = 0

    def key(self, tid: int) -> Key:
        """Return the key under which the needs of a task are found."""
        return tuple(self._needs.get(tid, ()))

    def of(self, key: Key) -> FrozenSet[int]:
        """Return the sent tasks behind these nodes."""
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._look(key)
        return found

    def of_task(self, tid: int) -> FrozenSet[int]:
        """Return the sent tasks that a task waits for."""
        return self.of(self.key(tid))

    def _look(self, key: Key) -> FrozenSet[int]:
        found: Set[int] = set()
        seen: Set[int] = set(key)
        look = list(key)
        while look:
            node = look.pop()
            if node in self._sent:
                found.add(node)
                continue
            below = [other for other in self._needs.get(node, ()) if other not in seen]
            seen.update(below)
            look += below
        self._count += len(seen)
        if self._count > _MOST_WAITS:
            problem = f"the tasks of this job wait for each other in more than {_MOST_WAITS:,} ways"
            raise JobTreeError(problem, "put fewer Instances into serial groups, or make several jobs")
        return frozenset(found)


def one_by_one(needs: Sequence[List[int]], tasks: int) -> List[int]:
    """Return tasks 1 to ``tasks`` in the order in which one machine with one slot runs them.

    Of those that may start it is the first in script order; gates, numbered on from the last task, pass at once.
    ``needs[n - 1]`` lists what task or gate ``n`` waits for; a cycle must have been refused before.
    """
    from heapq import heapify, heappop, heappush

    missing = [len(needed) for needed in needs]
    waiters: Dict[int, List[int]] = {}
    for node, needed in enumerate(needs, 1):
        for other in needed:
            waiters.setdefault(other, []).append(node)
    # Gates first, so that what waits behind one takes its turn before any later task.
    ready = [(node <= tasks, node) for node, count in enumerate(missing, 1) if not count]
    heapify(ready)
    order: List[int] = []
    while ready:
        is_task, node = heappop(ready)
        if is_task:
            order.append(node)
        for waiter in waiters.get(node, ()):
            missing[waiter - 1] -= 1
            if not missing[waiter - 1]:
                heappush(ready, (waiter <= tasks, waiter))
    return order
