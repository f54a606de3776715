"""How the tasks of a spooled job stand, and what that makes of the groups above them."""

from __future__ import annotations

from typing import Collection, Dict, Iterable, List, Mapping, NamedTuple, Optional, Set

from farmsubmit.author.elements import Job, Parent, Task
from farmsubmit.engines.base import ACTIVE, BLOCKED, DONE, ERROR, KILLED, PAUSED, READY, SKIPPED, TaskStatus
from farmsubmit_ui.models.tree_shape import JOB, Shape

#: What a group is, by the first of these that any task below it is in.
_WORST_FIRST = (ERROR, ACTIVE, KILLED, PAUSED, READY, BLOCKED)
_CODES = {state: code for code, state in enumerate((*_WORST_FIRST, DONE, SKIPPED), start=1)}
_OVER = (DONE, SKIPPED)


class Standing(NamedTuple):
    """How a row stands: its state as engines call it, its progress from 0 to 100, and the status behind it.

    A group has no status of its own: its state is that of what is below, its progress the mean of the tasks there, and
    ``failed`` how many of them have failed.
    """

    state: str
    progress: int
    status: Optional[TaskStatus] = None
    failed: int = 0


_UNKNOWN = Standing("", 0)


class States:
    """The states of the tasks of one shape by their place, kept as bytes so that a group is counted in one call.

    Counted are the tasks that have commands or are leaves. Tids count the tasks from 1 in script order, as the local
    engine does, unless ``tasks`` gives them.
    """

    def __init__(self, shape: Shape, tasks: Optional[Mapping[int, Task]] = None) -> None:
        self._shape = shape
        self._places = _places_by_tid(shape, tasks)
        self._statuses: Dict[int, TaskStatus] = {}
        self._codes = bytearray(len(shape))
        self._progress = bytearray(len(shape))
        self._groups: Dict[int, Standing] = {}

    def update(self, statuses: Mapping[int, TaskStatus]) -> List[int]:
        """Take the statuses of tasks by their tid, and return the places of those that changed, in script order.

        A tid that the job has not is left out.
        """
        changed = []
        for tid, status in statuses.items():
            place = self._place(tid)
            if place is None or self._statuses.get(place) == status:
                continue
            self._statuses[place] = status
            self._note(place, status)
            changed.append(place)
        if changed:
            self._groups.clear()
        return sorted(changed)

    def above(self, places: Iterable[int]) -> Set[int]:
        """Return the places of all that stand above some, the job included: these change with them."""
        parents = self._shape.parents
        found: Set[int] = {JOB}
        for place in places:
            parent = parents[place]
            while parent not in found:
                found.add(parent)
                parent = parents[parent]
        return found

    def standing(self, place: int) -> Standing:
        """Return how a row stands; the job is the place -1."""
        if self._is_counted(place):
            own = _own(self._statuses.get(place))
            # A task that waits for those below says nothing of them, and one of them may have failed.
            if own.state != BLOCKED or not self._shape.has_children(place):
                return own
            below = self._below(place)
            return below if below.failed else own
        return self._below(place)

    def counts(self) -> Dict[str, int]:
        """Return how many of the tasks that have commands are in each state; a state that none is in is left out."""
        found = {state: self._codes.count(code) for state, code in _CODES.items()}
        return {state: number for state, number in found.items() if number}

    def is_in(self, place: int, states: Collection[str]) -> bool:
        """Tell whether a task that has commands is in one of some states."""
        code = self._codes[place]
        return bool(code) and any(code == _CODES.get(state) for state in states)

    def _note(self, place: int, status: TaskStatus) -> None:
        if self._is_counted(place):
            self._codes[place] = _CODES.get(status.state, 0)
            self._progress[place] = _own(status).progress

    def _is_counted(self, place: int) -> bool:
        # A group is over when those below are: it would be counted twice.
        return self._shape.own_commands(place) > 0 or not self._shape.has_children(place)

    def _below(self, place: int) -> Standing:
        found = self._groups.get(place)
        if found is None:
            found = self._groups[place] = self._of_group(place)
        return found

    def _of_group(self, place: int) -> Standing:
        first, end = max(place, 0), self._shape.end(place)
        counts = {state: self._codes.count(code, first, end) for state, code in _CODES.items()}
        total = sum(counts.values())
        if not total:
            return _own(self._statuses.get(place))
        progress = sum(self._progress[first:end]) // total
        over = counts[DONE] + counts[SKIPPED]
        if over == total:
            return Standing(DONE, 100)
        state = next(state for state in _WORST_FIRST if counts[state])
        has_begun = state in (READY, BLOCKED) and (over or progress)
        return Standing(ACTIVE if has_begun else state, progress, failed=counts[ERROR])

    def _place(self, tid: int) -> Optional[int]:
        if self._places is not None:
            return self._places.get(tid)
        return tid - 1 if 0 < tid <= len(self._shape) else None


def _own(status: Optional[TaskStatus]) -> Standing:
    if status is None:
        return _UNKNOWN
    return Standing(status.state, 100 if status.state in _OVER else max(0, min(status.progress, 100)), status)


def _places_by_tid(shape: Shape, tasks: Optional[Mapping[int, Task]]) -> Optional[Dict[int, int]]:
    """Return the place of each task by its tid; None where all are tasks, so that nothing needs to be looked up."""
    if tasks is not None:
        places = {id(element): place for place, element in enumerate(shape.elements)}
        return {tid: places[id(task)] for tid, task in tasks.items() if id(task) in places}
    if not shape.instances and not shape.iterates:
        return None
    found = (place for place, element in enumerate(shape.elements) if isinstance(element, Task))
    return dict(enumerate(found, start=1))


class ToldJob(NamedTuple):
    """A job made of what an engine tells, and its tasks by their tid."""

    job: Job
    tasks: Dict[int, Task]


def job_of(statuses: Iterable[TaskStatus], title: str = "") -> ToldJob:
    """Return a job that has a task for each status, below its parent, siblings in the order of their tids.

    For a job that nobody has in memory any more, one with an Iterate, whose tasks are made when it is spooled, and one
    that grew while it ran. Its tasks have titles only. One whose parent is not there, or comes after it, stands below
    the job.
    """
    job = Job(title=title)
    tasks: Dict[int, Task] = {}
    for status in sorted(statuses, key=lambda status: status.tid):
        parent: Parent = tasks.get(status.parent or 0, job)
        tasks[status.tid] = parent.newTask(title=status.title)
    return ToldJob(job, tasks)
