"""What is sent: a job taken apart into tasks, where each stands in which array, and what it waits for.

Nodes are tasks, by their tids, and gates, numbered on from the last task. A task without any command is never sent:
like a gate, it is over when what it waits for is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Dict, List, NamedTuple, Tuple

from farmsubmit.author.planning.plan import JobPlan


class Shape(NamedTuple):
    """What a task asks of a node: a constraint, licences as ``name:count``, nodes to avoid, and CPUs."""

    constraint: str = ""
    licences: Tuple[str, ...] = ()
    exclude: Tuple[str, ...] = ()
    cpus: int = 1


class Row(NamedTuple):
    """Where a task stands: its step and its position in it, from 0.

    ``pairs`` says that it waits for tasks at the same position of other steps, and for nothing else: frame on frame.
    """

    step: int
    position: int
    pairs: bool = False


class Layout(NamedTuple):
    """The steps of a job, each with the shape of its tasks and in an order in which none waits for a later one.

    ``rows`` has the tasks that are sent; ``needs`` has those nodes that wait for any.
    """

    steps: List[Shape]
    rows: Dict[int, Row]
    needs: Dict[int, List[int]]


@dataclass
class BatchPlan:
    """A job as it is sent; ``last`` is the shape of its postscripts and cleanup.

    ``ids`` are those of tasks and of commands, each with the tid of its task. ``account`` is who pays, where the farm
    asks that.
    """

    job: JobPlan
    layout: Layout
    last: Shape = field(default_factory=Shape)
    comment: str = ""
    ids: Dict[str, int] = field(default_factory=dict)
    account: str = ""


class Place(NamedTuple):
    """Where a row stands: its step, which part of that, and the index in the array of that part."""

    step: int
    part: int
    at: int

    @property
    def table(self) -> str:
        """The name of the table that holds the row."""
        return f"{self.step}-{self.part}"


def place(row: Row, size: int) -> Place:
    """Return where a row stands when steps are cut into arrays of this size."""
    return Place(row.step, row.position // size, row.position % size)


def layout_to_json(layout: Layout) -> Dict[str, Any]:
    """Return a layout for the job's folder."""
    return {"steps": layout.steps, "rows": layout.rows, "needs": layout.needs}


def layout_from_json(data: Dict[str, Any]) -> Layout:
    """Return the layout that layout_to_json gave; raises KeyError, TypeError and ValueError for anything else."""
    steps = [Shape(each[0], tuple(each[1]), tuple(each[2]), each[3]) for each in data["steps"]]
    rows = {int(tid): Row(*row) for tid, row in data["rows"].items()}
    return Layout(steps, rows, {int(node): needed for node, needed in data["needs"].items()})


def at_home(plan: BatchPlan, cwd: str) -> BatchPlan:
    """Return the plan of a job that runs in this folder unless it names one."""
    return replace(plan, job=replace(plan.job, cwd=plan.job.cwd or cwd))


def has_last(plan: BatchPlan) -> bool:
    """Whether something runs after the tree."""
    return bool(plan.job.postscript or plan.job.cleanup)
