"""What the DrQueue engine sends: a job taken apart into DrQueue jobs, each of which is frames of one wrapper.

A frame is a row of a table on the shared disk, so commands may be long and any list of frames can be said. DrQueue
knows one dependency for each job. Jobs of one level, which may run at the same time, ask for different computers; where
something comes after them, they wait for each other in a row, so that waiting for the last is waiting for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from farmsubmit.author.planning.needs import ordered, shortened
from farmsubmit.engines.batch.plan import BatchPlan, Layout, Row, Shape
from farmsubmit.engines.drqueue.demands import Demand


class Part(NamedTuple):
    """One DrQueue job: what it asks for, how many frames it has, and the part that it waits for, None for none.

    ``step`` is the name of its tables; ``last`` is the job's postscripts and cleanup.
    """

    step: str
    demand: Demand
    frames: int
    after: Optional[int]


@dataclass
class DrQueuePlan:
    """A job as it is sent; ``base`` has its tables in the shape that the wrapper reads."""

    base: BatchPlan
    parts: List[Part]


LAST = "last"
#: The exit code of a frame that did not start, because something that it waits for failed; see drqueuetask.py.
BLOCKED_CODE = 75


def lay_out(needs: Sequence[List[int]], demands: Mapping[int, Demand]) -> Tuple[Layout, List[Part]]:
    """Return where each task that has something to run stands, and the parts of the job without the last one."""
    short = shortened(needs)
    groups: Dict[Tuple[int, Demand], List[int]] = {}
    levels = _levels(short, len(needs), demands)
    for tid in sorted(demands):
        groups.setdefault((levels[tid], demands[tid]), []).append(tid)
    keys = sorted(groups, key=lambda key: key[0])
    rows = {tid: Row(step, at) for step, key in enumerate(keys) for at, tid in enumerate(groups[key])}
    after = _dependencies([level for level, _ in keys])
    parts = [Part(str(step), key[1], len(groups[key]), after[step]) for step, key in enumerate(keys)]
    return Layout([Shape()] * len(keys), rows, short), parts


def with_last(parts: List[Part], demand: Demand) -> List[Part]:
    """Return the parts and one more, which runs when all of them are over."""
    return [*_in_a_row(parts), Part(LAST, demand, 1, len(parts) - 1 if parts else None)]


def _in_a_row(parts: List[Part]) -> List[Part]:
    """Return the parts with those that nothing waits for waiting for each other."""
    waited = {part.after for part in parts}
    open_ends = [at for at in range(len(parts)) if at not in waited]
    found = list(parts)
    for earlier, later in zip(open_ends, open_ends[1:]):
        found[later] = found[later]._replace(after=earlier)
    return found


def _dependencies(levels: List[int]) -> List[Optional[int]]:
    """Return what each part waits for, given their levels in ascending order."""
    found: List[Optional[int]] = []
    below: Optional[int] = None
    for at, level in enumerate(levels):
        shares = at > 0 and levels[at - 1] == level
        if at and not shares:
            below = at - 1
        found.append(at - 1 if shares and level < levels[-1] else below)
    return found


def _levels(needs: Dict[int, List[int]], nodes: int, sent: Mapping[int, Demand]) -> Dict[int, int]:
    levels: Dict[int, int] = {}
    for node in ordered(needs, range(1, nodes + 1)):
        below = max((levels[other] for other in needs.get(node, ())), default=0)
        levels[node] = below + (node in sent)
    return levels
