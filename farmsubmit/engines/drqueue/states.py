"""How a job of ours and its tasks stand: by the frames that the master tells, and by the wrapper's journals."""

from __future__ import annotations

from typing import Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple

from farmsubmit.engines.base import ACTIVE, BLOCKED, DONE, ERROR, KILLED, PAUSED, READY, SKIPPED
from farmsubmit.engines.batch.jobfolder import JobFolder
from farmsubmit.engines.batch.journals import Noted, read_journal
from farmsubmit.engines.batch.states import PASSED, BatchLook, Found, Times
from farmsubmit.engines.drqueue import records
from farmsubmit.engines.drqueue.master import Master
from farmsubmit.engines.drqueue.parts import Placed, noted, read_parts, tids_of
from farmsubmit.engines.drqueue.plan import BLOCKED_CODE
from farmsubmit.engines.drqueue.records import FrameRecord, JobRecord

_GONE = "DrQueue has it no more, and it never wrote how it ended"


class Look(BatchLook):
    """One look at a job; ``jobs`` are those of the master. Without ``deep``, journals are read only where they must be.

    ``live`` are the parts that the master still has, by their numbers; ``tasks`` are those that have something to run.
    """

    def __init__(self, master: Master, folder: JobFolder, jobs: Sequence[JobRecord], deep: bool = True) -> None:
        super().__init__(folder)
        self.parts: List[Placed] = read_parts(folder)
        self.tids = tids_of(self.layout)
        known = {(job.id, job.name, job.submit_time): job for job in jobs}
        keys = [(part.slot, part.name, part.submitted) for part in self.parts]
        self.live: Dict[int, JobRecord] = {at: known[key] for at, key in enumerate(keys) if key in known}
        self.frames = {at: master.frames(job) for at, job in self.live.items()}
        told = noted(folder)
        self.place: Dict[int, Tuple[int, int]] = {}
        for at, part in enumerate(self.parts):
            self._look(at, part, None if deep or at not in self.live else told)
        self.last = self.tasks.pop(0, None)
        self._settle()

    def _look(self, at: int, part: Placed, read: Optional[FrozenSet[int]]) -> None:
        """Look at the tasks of a part; journals are read of those in ``read``, of all where that is None."""
        frames = self.frames.get(at, [])
        for index, tid in enumerate(self.tids[part.step]):
            frame = frames[index] if index < len(frames) else None
            is_read = read is None or tid in read
            journal = read_journal(self.folder.path, tid) if is_read else Noted()
            self.place[tid] = at, index
            self.tasks[tid] = _found(journal, frame)

    def _sent_state(self, tid: int, found: Found, passed: bool) -> str:
        return BLOCKED if found.state == READY and not passed else found.state

    def _times(self) -> Times:
        frames = [frame for each in self.frames.values() for frame in each]
        journals = [found.noted for found in self.tasks.values()]
        begun = [frame.start for frame in frames if frame.start]
        begun += [int(each.started) for each in journals if each.started]
        ended = [frame.end for frame in frames if frame.end]
        ended += [int(each.stopped) for each in journals if each.stopped]
        return float(min(begun)) if begun else None, float(max(ended)) if ended else None

    def _job_state(self, counts: Mapping[str, int]) -> str:
        is_running = bool(counts.get(ACTIVE)) or (self.last is not None and self.last.state == ACTIVE)
        if self.is_killed and not is_running:
            return KILLED
        if self.lives:
            return self._open_state(counts, is_running)
        if not counts.keys() - set(PASSED):
            return DONE
        return ERROR if counts.get(ERROR) else BLOCKED

    def _open_state(self, counts: Mapping[str, int], is_running: bool) -> str:
        if not is_running and any(job.status == records.STOPPED for job in self.live.values()):
            return PAUSED
        return ACTIVE if is_running or any(counts.get(state) for state in (DONE, ERROR, SKIPPED)) else READY


def _found(noted: Noted, frame: Optional[FrameRecord]) -> Found:
    if frame is None:
        return _gone(noted)
    lives = frame.status in (records.FRAME_WAITING, records.FRAME_ASSIGNED)
    if noted.state in PASSED:
        return Found(noted.state, noted, noted.reason, lives)
    if frame.status == records.FRAME_WAITING:
        return Found(READY, Noted(), "", lives)
    if noted.ended:
        return Found(ERROR, noted, noted.reason, lives)
    if frame.status == records.FRAME_ASSIGNED:
        return Found(ACTIVE, noted, "", lives)
    return _over(noted, frame)


def _gone(noted: Noted) -> Found:
    if noted.ended:
        return Found(noted.state, noted, noted.reason)
    return Found(ERROR, noted, _GONE) if noted.state else Found(BLOCKED, noted)


def _over(noted: Noted, frame: FrameRecord) -> Found:
    """Return how a frame ended whose wrapper has not written it down, or not yet."""
    if frame.status == records.FRAME_ERROR:
        return Found(ERROR, noted, "DrQueue ended it by a signal, or lost it")
    if frame.exitcode == 0:
        return Found(DONE, noted._replace(code=0, progress=100))
    if frame.exitcode == BLOCKED_CODE and not noted.started:
        return Found(BLOCKED, noted, "what it waits for failed")
    reason = f"exit code {frame.exitcode}" + ("" if noted.started else ", see DrQueue's own log of it")
    return Found(ERROR, noted._replace(code=frame.exitcode), reason)
