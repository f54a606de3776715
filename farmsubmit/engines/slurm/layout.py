"""Which tasks make an array together, and at which index each stands.

Tasks of one array ask the same of a node and stand equally deep in the order of the job. An array can wait for all of
another at little cost, and frame on frame for the same index of another (``aftercorr``). So tasks that the same
ones wait for share an array; and where many tasks wait for a few each, as a comp of a frame for its layers, the first
ones of each make an array, the second ones another, and the waiting task gets their index.
Source of what arrays can say: sbatch's page, ``--dependency`` and ``--array``.
"""

from __future__ import annotations

from collections import Counter
from typing import Dict, FrozenSet, Iterable, List, Mapping, Optional, Sequence, Set, Tuple

from farmsubmit.author.planning.needs import Reach, ordered, shortened
from farmsubmit.engines.batch.plan import Layout, Row, Shape

# More than so many tasks that one waits for are an array of their own.
_FEW = 8


def lay_out(needs: Sequence[List[int]], shapes: Mapping[int, Shape]) -> Layout:
    """Return the layout of a job: the needs of nodes 1, 2, … and the shapes of those that are sent.

    Raises JobTreeError where too much waits for too much; see Reach.
    """
    short = shortened(needs)
    order = ordered(short, range(1, len(needs) + 1))
    return _Layouter(short, shapes, order).layout()


class _Layouter:
    def __init__(self, needs: Dict[int, List[int]], shapes: Mapping[int, Shape], order: List[int]) -> None:
        self.needs, self.shapes, self.order = needs, shapes, order
        self.reach = Reach(needs, shapes)
        self.keys = {tid: self.reach.key(tid) for tid in shapes}
        self.sharers = Counter(self.keys.values())
        self.users = self._users()
        self.steps: List[Shape] = []
        self.rows: Dict[int, Row] = {}

    def layout(self) -> Layout:
        groups: Dict[Tuple[int, Shape], List[int]] = {}
        levels = self._levels()
        for tid in sorted(self.shapes):
            groups.setdefault((levels[tid], self.shapes[tid]), []).append(tid)
        for (_, shape), tids in sorted(groups.items(), key=lambda item: item[0][0]):
            for members in self._arrays(tids):
                self._place(members, shape)
        return Layout(self.steps, self.rows, self.needs)

    def _users(self) -> Dict[int, List[int]]:
        """Return by task who waits for it, as numbers of their keys: a key may be long, and is slow to look up."""
        users: Dict[int, List[int]] = {tid: [] for tid in self.shapes}
        for number, key in enumerate(sorted(self.sharers)):
            for tid in self.reach.of(key):
                users[tid].append(number)
        return users

    def _levels(self) -> Dict[int, int]:
        levels: Dict[int, int] = {}
        for node in self.order:
            below = max((levels[other] for other in self.needs.get(node, ())), default=0)
            levels[node] = below + (node in self.shapes)
        return levels

    def _arrays(self, tids: List[int]) -> Iterable[List[int]]:
        """Cut tasks that are alike into arrays."""
        classes: Dict[Tuple[int, ...], List[int]] = {}
        for tid in tids:
            classes.setdefault(tuple(self.users[tid]), []).append(tid)
        small: Dict[int, List[List[int]]] = {}
        for members in classes.values():
            if len(members) > _FEW:
                yield members
            else:
                small.setdefault(len(members), []).append(members)
        for alike in small.values():
            yield from [list(column) for column in zip(*alike)] if len(alike) > len(alike[0]) else alike

    def _place(self, members: List[int], shape: Shape) -> None:
        """Give the tasks of an array their positions: that of their needs where there is one, else any free."""
        step = len(self.steps)
        self.steps.append(shape)
        taken: Set[int] = set()
        for tid in members:
            position = self._position_of_needs(tid)
            if position is not None and position not in taken:
                taken.add(position)
                self.rows[tid] = Row(step, position, True)
        free = 0
        for tid in members:
            if tid in self.rows:
                continue
            while free in taken:
                free += 1
            taken.add(free)
            self.rows[tid] = Row(step, free)

    def _position_of_needs(self, tid: int) -> Optional[int]:
        """Return the one position at which all needs of a task stand, if nothing else waits for them like that."""
        key = self.keys[tid]
        needed: FrozenSet[int] = self.reach.of(key)
        if self.sharers[key] > 1 or not 0 < len(needed) <= _FEW:
            return None
        rows = [self.rows[other] for other in needed]
        if len({row.step for row in rows}) < len(rows) or len({row.position for row in rows}) > 1:
            return None
        return rows[0].position
