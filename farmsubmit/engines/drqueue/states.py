"""How a job of ours and its tasks stand: by the frames that the master tells, and by the wrapper's journals."""

from __future__ import annotations

from collections import Counter
from typing import Any, Dict, FrozenSet, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from farmsubmit.engines.base import (
    ACTIVE,
    BLOCKED,
    DONE,
    ERROR,
    FINAL_STATES,
    KILLED,
    PAUSED,
    READY,
    SKIPPED,
    JobStatus,
    TaskStatus,
)
from farmsubmit.engines.batch.jobfolder import JobFolder
from farmsubmit.engines.batch.journals import Noted, read_journal
from farmsubmit.engines.batch.needs import ordered
from farmsubmit.engines.batch.plan import Layout, layout_from_json
from farmsubmit.engines.drqueue import records
from farmsubmit.engines.drqueue.master import Master
from farmsubmit.engines.drqueue.parts import Placed, noted, read_parts, tids_of
from farmsubmit.engines.drqueue.plan import BLOCKED_CODE
from farmsubmit.engines.drqueue.records import FrameRecord, JobRecord

_PASSED = (DONE, SKIPPED)
_GONE = "DrQueue has it no more, and it never wrote how it ended"


class Found(NamedTuple):
    """How one task was found: its state, what its journal says, why, and its frame where the master has it."""

    state: str
    noted: Noted
    reason: str = ""
    frame: Optional[FrameRecord] = None


class Look:
    """One look at a job; ``jobs`` are those of the master. Without ``deep``, journals are read only where they must be.

    ``live`` are the parts that the master still has, by their numbers; ``tasks`` are those that have something to run.
    """

    def __init__(self, master: Master, folder: JobFolder, jobs: Sequence[JobRecord], deep: bool = True) -> None:
        self.folder = folder
        self.tree: Dict[str, Any] = folder.read("tree.json")
        self.layout: Layout = layout_from_json(self.tree)
        self.parts: List[Placed] = read_parts(folder)
        self.tids = tids_of(self.layout)
        self.is_killed = folder.has_mark("killed")
        known = {(job.id, job.name, job.submit_time): job for job in jobs}
        keys = [(part.slot, part.name, part.submitted) for part in self.parts]
        self.live: Dict[int, JobRecord] = {at: known[key] for at, key in enumerate(keys) if key in known}
        self.frames = {at: master.frames(job) for at, job in self.live.items()}
        self.tasks: Dict[int, Found] = {}
        told = noted(folder)
        self.place: Dict[int, Tuple[int, int]] = {}
        for at, part in enumerate(self.parts):
            self._look(at, part, None if deep or at not in self.live else told)
        self.last = self.tasks.pop(0, None)
        self._states = self._all_states()

    def _look(self, at: int, part: Placed, read: Optional[FrozenSet[int]]) -> None:
        """Look at the tasks of a part; journals are read of those in ``read``, of all where that is None."""
        frames = self.frames.get(at, [])
        for index, tid in enumerate(self.tids[part.step]):
            frame = frames[index] if index < len(frames) else None
            is_read = read is None or tid in read
            journal = read_journal(self.folder.path, tid) if is_read else Noted()
            self.place[tid] = at, index
            self.tasks[tid] = _found(journal, frame)

    @property
    def has_open(self) -> bool:
        """Whether anything still waits or runs on the master."""
        every = [*self.tasks.values(), *([self.last] if self.last else [])]
        return any(found.frame is not None and _is_open(found.frame) for found in every)

    def _all_states(self) -> Dict[int, str]:
        """Return the states of all nodes: what was not sent is over when what it waits for is."""
        needs = self.layout.needs
        states: Dict[int, str] = {}
        for node in ordered(needs, range(1, int(self.tree["nodes"]) + 1)):
            found = self.tasks.get(node)
            passed = all(states[other] in _PASSED for other in needs.get(node, ()))
            if found is None:
                states[node] = DONE if passed else BLOCKED
            elif found.state == READY and not passed:
                states[node] = BLOCKED
            else:
                states[node] = found.state
        return states

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
        journal = found.noted
        return TaskStatus(
            tid=tid,
            title=title,
            state=state,
            parent=parent,
            progress=100 if state == DONE else journal.progress,
            exit_code=journal.code,
            blade=journal.host,
            started=journal.started,
            stopped=journal.stopped,
            reason=found.reason,
        )

    def job_status(self) -> JobStatus:
        """Return how the job stands."""
        job = self.folder.read("job.json")
        counts = Counter(self._states[tid] for tid in range(1, len(self.tree["tasks"]) + 1))
        state = self._job_state(counts)
        ended = [frame.end for frames in self.frames.values() for frame in frames if frame.end]
        begun = [frame.start for frames in self.frames.values() for frame in frames if frame.start]
        journals = [found.noted for found in self.tasks.values()]
        begun += [int(each.started) for each in journals if each.started]
        ended += [int(each.stopped) for each in journals if each.stopped]
        return JobStatus(
            jid=self.folder.jid,
            title=job["title"],
            state=state,
            counts=dict(counts),
            priority=job["priority"],
            owner=job["owner"],
            spooled=job["spooled"],
            started=float(min(begun)) if begun else None,
            stopped=float(max(ended)) if ended and state in FINAL_STATES else None,
        )

    def _job_state(self, counts: Mapping[str, int]) -> str:
        is_running = bool(counts.get(ACTIVE)) or (self.last is not None and self.last.state == ACTIVE)
        if self.is_killed and not is_running:
            return KILLED
        if self.has_open:
            return self._open_state(counts, is_running)
        if not counts.keys() - set(_PASSED):
            return DONE
        return ERROR if counts.get(ERROR) else BLOCKED

    def _open_state(self, counts: Mapping[str, int], is_running: bool) -> str:
        if not is_running and any(job.status == records.STOPPED for job in self.live.values()):
            return PAUSED
        return ACTIVE if is_running or any(counts.get(state) for state in (DONE, ERROR, SKIPPED)) else READY


def _is_open(frame: FrameRecord) -> bool:
    return frame.status in (records.FRAME_WAITING, records.FRAME_ASSIGNED)


def _found(noted: Noted, frame: Optional[FrameRecord]) -> Found:
    if noted.state in _PASSED:
        return Found(noted.state, noted, noted.reason, frame)
    if frame is None:
        return _gone(noted)
    if frame.status == records.FRAME_WAITING:
        return Found(READY, Noted(), "", frame)
    if noted.ended:
        return Found(ERROR, noted, noted.reason, frame)
    if frame.status == records.FRAME_ASSIGNED:
        return Found(ACTIVE, noted, "", frame)
    return _over(noted, frame)


def _gone(noted: Noted) -> Found:
    if noted.ended:
        return Found(ERROR, noted, noted.reason)
    return Found(ERROR, noted, _GONE) if noted.state else Found(BLOCKED, noted)


def _over(noted: Noted, frame: FrameRecord) -> Found:
    """Return how a frame ended whose wrapper has not written it down, or not yet."""
    if frame.status == records.FRAME_ERROR:
        return Found(ERROR, noted, "DrQueue ended it by a signal, or lost it", frame)
    if frame.exitcode == 0:
        return Found(DONE, noted._replace(code=0, progress=100), "", frame)
    if frame.exitcode == BLOCKED_CODE and not noted.started:
        return Found(BLOCKED, noted, "what it waits for failed", frame)
    reason = f"exit code {frame.exitcode}" + ("" if noted.started else ", see DrQueue's own log of it")
    return Found(ERROR, noted._replace(code=frame.exitcode), reason, frame)
