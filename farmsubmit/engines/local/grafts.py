"""The grafts of a job: which tasks a command added, under which task, and which of them stand in which.

The task whose command it was is the host; it waits for the tops of its grafts. Tids go on from the last, so a graft
always has higher ones than its host.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Collection, Dict, Iterable, List, NamedTuple, Sequence, Set, Tuple


class Graft(NamedTuple):
    """Tasks under a host, ``size`` of them from ``first`` on; ``ids`` are the tids by the ids that the script gave."""

    host: int
    first: int
    size: int
    tops: List[int]
    ids: Dict[str, int]

    @property
    def tids(self) -> range:
        """The tids of its tasks."""
        return range(self.first, self.first + self.size)

    @property
    def nodes(self) -> List[int]:
        """Its tasks and, at most, gates."""
        return [*self.tids, *(-tid for tid in self.tids)]


class Grafts:
    """The grafts of one job, in the order in which they came."""

    def __init__(self, grafts: Iterable[Graft] = ()) -> None:
        self._all: List[Graft] = []
        self._firsts: List[int] = []
        self._of: Dict[int, List[Graft]] = {}
        self._ids: Dict[int, Dict[str, int]] = {}
        self._edges: Set[Tuple[int, int]] = set()
        self.count = 0
        for graft in grafts:
            self.add(graft)

    def add(self, graft: Graft) -> None:
        """Add one after the others."""
        self._all.append(graft)
        self._firsts.append(graft.first)
        self._of.setdefault(graft.host, []).append(graft)
        ids = self._ids.setdefault(graft.host, {})
        for name, tid in graft.ids.items():
            ids[name] = ids.get(name) or tid
        self._edges.update((top, graft.host) for top in graft.tops)
        self.count += graft.size

    def of(self, host: int) -> Sequence[Graft]:
        """Return those under a task."""
        return self._of.get(host, ())

    def joins(self, node: int, host: int) -> bool:
        """Whether a task waits for this node as a top of its grafts."""
        return (node, host) in self._edges

    def around(self, tid: int) -> List[int]:
        """Return the hosts around a task, from itself outwards."""
        hosts: List[int] = []
        while tid:
            hosts.append(tid)
            tid = self._host_of(tid)
        return hosts

    def _host_of(self, tid: int) -> int:
        place = bisect_right(self._firsts, tid) - 1
        return self._all[place].host if place >= 0 and tid in self._all[place].tids else 0

    def ids(self) -> List[str]:
        """Return the ids that the scripts of all of them gave."""
        return [name for ids in self._ids.values() for name in ids]

    def ids_of(self, host: int) -> Dict[str, int]:
        """Return the ids in the grafts of a task, with their tids."""
        return self._ids.get(host, {})

    def under(self, hosts: Collection[int]) -> List[Graft]:
        """Return the grafts of these tasks, and those in them, however deep."""
        above = set(hosts)
        found: List[Graft] = []
        for graft in self._all:
            if graft.host in above:
                found.append(graft)
                above.update(graft.tids)
        return found

    def without(self, gone: Iterable[Graft]) -> Grafts:
        """Return those under other tasks than these."""
        hosts = {graft.host for graft in gone}
        return Grafts(graft for graft in self._all if graft.host not in hosts)
