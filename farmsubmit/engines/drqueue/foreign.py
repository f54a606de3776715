"""Jobs that others sent to DrQueue: each is one task for each frame, or block of frames.

Their ids are ``s4-1700000000``: the slot, and the master's time of the submission, which tells it from a later job in
the same slot. Such a job that was killed counts as paused, for DrQueue knows only that it was stopped.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence

from farmsubmit.engines.base import ACTIVE, DONE, ERROR, FINAL_STATES, PAUSED, READY, JobStatus, TaskStatus
from farmsubmit.engines.drqueue import master as codes
from farmsubmit.engines.drqueue import records
from farmsubmit.engines.drqueue.frames import frame_number
from farmsubmit.engines.drqueue.master import Master
from farmsubmit.engines.drqueue.records import FrameRecord, JobRecord
from farmsubmit.engines.drqueue.slots import confirmed, is_done, still_there, tell_frames, wait_for_processes
from farmsubmit.engines.drqueue.spooling import PRIORITY, priority
from farmsubmit.errors import EngineError, NoSuchJob

_JID = re.compile(r"s(\d{1,2})-(\d{1,10})\Z", re.ASCII)
_WHOLE = {"pause": codes.STOP, "resume": codes.CONTINUE, "kill": codes.HARD_STOP}
_FRAMES = {"retry": codes.FRAME_WAIT, "skip": codes.FRAME_FINISH, "kill": codes.FRAME_KILL_FINISH}
# Bytes of logs that are given at most.
_LARGEST_LOG = 64 << 20


def jid_of(job: JobRecord) -> str:
    """Return the id of a job that others sent."""
    return f"s{job.id}-{job.submit_time}"


def is_foreign(jid: str) -> bool:
    """Tell whether an id is that of such a job."""
    return _JID.match(jid) is not None


def find(master: Master, jid: str) -> JobRecord:
    """Return the job with this id; raises NoSuchJob where it has left DrQueue."""
    for job in master.jobs():
        if jid_of(job) == jid:
            return job
    raise NoSuchJob(f"there is no job {jid} in DrQueue", "farmsubmit jobs lists those that there are")


class Foreign:
    """One look at such a job."""

    def __init__(self, master: Master, job: JobRecord) -> None:
        self.master, self.job, self.jid = master, job, jid_of(job)
        self.frames: List[FrameRecord] = master.frames(job)

    def status(self) -> JobStatus:
        """Return how the job stands; frames that ended with another exit code than 0 count as failed."""
        counts = Counter(map(_state, self.frames))
        state = self._state(counts)
        begun = [frame.start for frame in self.frames if frame.start]
        ended = [frame.end for frame in self.frames if frame.end]
        return JobStatus(
            jid=self.jid,
            title=self.job.name,
            state=state,
            counts=dict(counts),
            priority=float(self.job.priority - PRIORITY),
            owner=self.job.owner,
            spooled=float(self.job.submit_time),
            started=float(min(begun)) if begun else None,
            stopped=float(max(ended)) if ended and state in FINAL_STATES else None,
        )

    def _state(self, counts: Dict[str, int]) -> str:
        if counts.get(ACTIVE):
            return ACTIVE
        if not counts.get(READY):
            return ERROR if counts.get(ERROR) else DONE
        if self.job.status == records.STOPPED:
            return PAUSED
        return ACTIVE if len(counts) > 1 else READY

    def tasks(self) -> List[TaskStatus]:
        """Return how each frame stands; the tids count from 1."""
        names = {each.hardware.id: each.hardware.name for each in self.master.computers()}
        return [self._task(index, frame, names) for index, frame in enumerate(self.frames)]

    def _task(self, index: int, frame: FrameRecord, names: Dict[int, str]) -> TaskStatus:
        state = _state(frame)
        over = frame.status == records.FRAME_FINISHED
        return TaskStatus(
            tid=index + 1,
            title=f"frame {frame_number(self.job, index)}",
            state=state,
            progress=100 if state == DONE else 0,
            exit_code=frame.exitcode if over else None,
            blade="" if frame.status == records.FRAME_WAITING else names.get(frame.icomp, ""),
            started=float(frame.start) if frame.start else None,
            stopped=float(frame.end) if frame.end else None,
            reason=_reason(frame) if state == ERROR else "",
        )

    def commands(self, tid: int) -> List[List[str]]:
        """Return what a slave starts for a frame."""
        self.refuse_unknown(tid)
        return [["sh", "-c", self.job.cmd]]

    def log(self, logs: str, tid: Optional[int]) -> str:
        """Return the logs that slaves wrote, which must be on a disk of this machine; raises EngineError."""
        if not logs:
            raise EngineError("DrQueue's logs are not known here", "add logs=/shared/logs to the engine's URL")
        if tid is not None:
            self.refuse_unknown(tid)
            return _text(self._log_path(logs, tid))
        found: List[str] = []
        left = _LARGEST_LOG
        for each in range(1, len(self.frames) + 1):
            found.append(_text(self._log_path(logs, each), left))
            left -= len(found[-1])
            if left <= 0:
                break
        return "".join(found)

    def _log_path(self, logs: str, tid: int) -> Path:
        name = self.job.name.replace("/", "_")
        return Path(logs) / f"{self.job.id:03}.{name}" / f"{name}.{frame_number(self.job, tid - 1):04}"

    def refuse_unknown(self, tid: int) -> None:
        """Raise EngineError for a frame that there is not."""
        if not 1 <= tid <= len(self.frames):
            raise EngineError(f"job {self.jid} has no task {tid}", f"it has 1 to {len(self.frames)}")

    def control(self, action: str, tids: Sequence[int], value: float) -> None:
        """Do one of ACTIONS; raises EngineError."""
        for tid in tids:
            self.refuse_unknown(tid)
        if action == "priority":
            self.master.tell_number(codes.SET_PRIORITY, confirmed(self.master, self.job), priority(value))
            self._wait(lambda job: job.priority == priority(value))
        elif action == "delete":
            self._delete()
        elif action in _WHOLE and not tids:
            if action == "kill":
                wait_for_processes(self.master, self.job)
            self.master.tell(_WHOLE[action], confirmed(self.master, self.job))
            self._wait(
                lambda job: job.status == records.FINISHED or (job.status == records.STOPPED) != (action == "resume")
            )
        else:
            self._frames(action, tids)

    def _frames(self, action: str, tids: Sequence[int]) -> None:
        if action == "retry" and not tids:
            tids = [index + 1 for index, frame in enumerate(self.frames) if _state(frame) == ERROR]
        if not tids:
            problem = f"no task of job {self.jid} is in error" if action == "retry" else f"{action} needs tasks"
            raise EngineError(problem, "name them")
        if action == "kill":
            wait_for_processes(self.master, self.job)
        tell_frames(self.master, self.job, _FRAMES[action], [tid - 1 for tid in tids])

    def _delete(self) -> None:
        if any(frame.status == records.FRAME_ASSIGNED for frame in self.frames):
            wait_for_processes(self.master, self.job)
            self.master.tell(codes.HARD_STOP, confirmed(self.master, self.job))
        self.master.tell(codes.DELETE, confirmed(self.master, self.job))
        self._wait(lambda job: False)

    def _wait(self, condition: Callable[[JobRecord], bool]) -> None:
        """Wait until the job is as it should be, or gone."""
        if not is_done(lambda: all(map(condition, still_there(self.master, {0: self.job}).values()))):
            raise EngineError(f"DrQueue was told, but job {self.jid} does not show it yet", "look again later")


def _state(frame: FrameRecord) -> str:
    if frame.status == records.FRAME_FINISHED:
        # DrQueue counts these as done.
        return ERROR if frame.exitcode else DONE
    states = {records.FRAME_WAITING: READY, records.FRAME_ASSIGNED: ACTIVE}
    return states.get(frame.status, ERROR)


def _reason(frame: FrameRecord) -> str:
    if frame.status == records.FRAME_FINISHED:
        return f"exit code {frame.exitcode}"
    return "DrQueue ended it by a signal, or lost it"


def _text(path: Path, most: int = _LARGEST_LOG) -> str:
    try:
        with path.open("rb") as stream:
            return stream.read(most).decode("utf-8", "replace")
    except OSError:
        return ""
