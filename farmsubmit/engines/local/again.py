"""What a retry starts again: the tasks themselves, what ran because of them, and what becomes of grafts.

We decide: a task that runs again loses what its commands grafted, for they graft it anew. A host of which only a
grafted task runs again waits for that, and its commands do not run again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, List, NamedTuple, Set

from farmsubmit.engines.base import DONE, ERROR
from farmsubmit.engines.local.grafts import Graft

if TYPE_CHECKING:
    from farmsubmit.engines.local.jobrun import JobRun


class Again(NamedTuple):
    """Tasks that run again, hosts that only wait again, and grafts that are removed."""

    tasks: Set[int]
    hosts: Set[int]
    removed: List[Graft]

    @property
    def touched(self) -> Set[int]:
        """The tasks that must not run just now."""
        return self.tasks.union(*(graft.tids for graft in self.removed))


def what_runs_again(job: JobRun, tids: Iterable[int]) -> Again:
    """Return what a retry of these tasks means."""
    wanted = set(tids)
    after, by_need = _after(job, wanted)
    begun = job.spent.union(job.units)
    ended = {tid for tid in after if tid > 0 and (tid in begun or job.states[tid] in (DONE, ERROR))}
    tasks = wanted | (ended & by_need)
    removed = job.grafts.under(tasks)
    gone = set().union(*(graft.tids for graft in removed))
    return Again(tasks - gone, ended - tasks - gone, removed)


def _after(job: JobRun, tids: Set[int]) -> tuple[Set[int], Set[int]]:
    """Return the nodes that wait for tasks, directly or not, and those of them that wait not only for their grafts."""
    after: Set[int] = set()
    by_need: Set[int] = set()
    look = list(tids)
    while look:
        node = look.pop()
        for waiter in job.waiters(node):
            if not job.grafts.joins(node, waiter):
                by_need.add(waiter)
            if waiter not in after:
                after.add(waiter)
                look.append(waiter)
    return after, by_need
