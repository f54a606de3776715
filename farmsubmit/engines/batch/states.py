"""How a job and its tasks stand, as far as every farm that is sent batches tells it alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from farmsubmit.author.planning.needs import ordered
from farmsubmit.engines.base import BLOCKED, DONE, FINAL_STATES, SKIPPED, JobStatus, TaskStatus
from farmsubmit.engines.batch.jobfolder import JobFolder
from farmsubmit.engines.batch.journals import Noted
from farmsubmit.engines.batch.plan import Layout, layout_from_json

#: States of a task that let those go on that wait for it.
PASSED = (DONE, SKIPPED)

#: When something began and when it ended, in seconds since 1970.
Times = Tuple[Optional[float], Optional[float]]


class Found(NamedTuple):
    """How one task was found: state, journal, why, and whether the farm still has it, waiting or running."""

    state: str
    noted: Noted
    reason: str = ""
    lives: bool = False


class BatchLook(ABC):
    """One look at a job. ``tasks`` are its sent tasks as they were found, ``tree`` what ``tree.json`` holds.

    An engine's look finds ``tasks`` and ``last``, what runs after the tree; then it calls ``_settle``.
    """

    def __init__(self, folder: JobFolder) -> None:
        self.folder = folder
        self.tree: Dict[str, Any] = folder.read("tree.json")
        self.layout: Layout = layout_from_json(self.tree)
        self.is_killed = folder.has_mark("killed")
        self.tasks: Dict[int, Found] = {}
        self.last: Optional[Found] = None
        self._states: Dict[int, str] = {}

    @property
    def lives(self) -> bool:
        """Whether the farm still has anything of the job, waiting or running."""
        last = self.last is not None and self.last.lives
        return last or any(found.lives for found in self.tasks.values())

    def _settle(self) -> None:
        """Find the states of all nodes: what was not sent is over when what it waits for is."""
        needs, states = self.layout.needs, self._states
        for node in ordered(needs, range(1, int(self.tree["nodes"]) + 1)):
            found = self.tasks.get(node)
            passed = all(states[other] in PASSED for other in needs.get(node, ()))
            if found is None:
                states[node] = DONE if passed else BLOCKED
            else:
                states[node] = self._sent_state(node, found, passed)

    @abstractmethod
    def _sent_state(self, tid: int, found: Found, passed: bool) -> str:
        """Return the state of a sent task; ``passed`` tells that all it waits for went well."""

    @abstractmethod
    def _job_state(self, counts: Mapping[str, int]) -> str:
        """Return the state of the job; ``counts`` are its tasks by state."""

    @abstractmethod
    def _times(self) -> Times:
        """Return when the first of the job began and when the last of what is over ended."""

    def state_of(self, tid: int) -> str:
        """Return the state of a task."""
        return self._states[tid]

    def task_statuses(self) -> List[TaskStatus]:
        """Return how each task stands, in script order."""
        return [self._task(tid, *titled) for tid, titled in enumerate(self.tree["tasks"], 1)]

    def _task(self, tid: int, title: str, parent: Optional[int]) -> TaskStatus:
        found, state = self.tasks.get(tid), self._states[tid]
        if found is None:
            return TaskStatus(tid, title, state, parent, 100 if state == DONE else 0)
        noted = found.noted
        return TaskStatus(
            tid=tid,
            title=title,
            state=state,
            parent=parent,
            progress=100 if state == DONE else noted.progress,
            exit_code=noted.code,
            blade=noted.host,
            started=noted.started,
            stopped=noted.stopped,
            reason=found.reason,
        )

    def job_status(self) -> JobStatus:
        """Return how the job stands."""
        job = self.folder.read("job.json")
        counts = Counter(self._states[tid] for tid in range(1, len(self.tree["tasks"]) + 1))
        state = self._job_state(counts)
        started, stopped = self._times()
        return JobStatus(
            jid=self.folder.jid,
            title=job["title"],
            state=state,
            counts=dict(counts),
            priority=job["priority"],
            owner=job["owner"],
            spooled=job["spooled"],
            started=started,
            stopped=stopped if state in FINAL_STATES else None,
        )
