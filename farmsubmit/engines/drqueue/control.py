"""What users ask of a job of ours. DrQueue answers nothing, so each change is looked for afterwards.

Before each request the slot is looked at: DrQueue gives it to another job as soon as one is deleted.
"""

from __future__ import annotations

from typing import Callable, Collection, Dict, Iterable, List, Sequence, Set

from farmsubmit.engines.base import ACTIVE, BLOCKED
from farmsubmit.engines.batch import control as common
from farmsubmit.engines.batch.jobfolder import JobFolder
from farmsubmit.engines.drqueue import master as codes
from farmsubmit.engines.drqueue import records
from farmsubmit.engines.drqueue.master import Master
from farmsubmit.engines.drqueue.parts import forget_waits, note
from farmsubmit.engines.drqueue.slots import confirmed, is_done, still_there, tell_frames, wait_for_processes
from farmsubmit.engines.drqueue.spooling import priority
from farmsubmit.engines.drqueue.states import Look
from farmsubmit.errors import EngineError


class Control:
    """One change of a job; the folder must be locked."""

    def __init__(self, master: Master, folder: JobFolder) -> None:
        self.master, self.folder, self.jid = master, folder, folder.jid
        self.look = Look(master, folder, master.jobs())

    def do(self, action: str, tids: Sequence[int], value: float) -> None:
        """Do one of ACTIONS; raises EngineError where it makes no sense now."""
        common.refuse_unknown(self.look, tids)
        if action == "priority":
            self._priority(value)
        elif action == "kill" and tids:
            self._kill_tasks(tids)
        elif action in ("retry", "skip"):
            self._retry(tids) if action == "retry" else self._skip(tids)
        else:
            {"pause": self._pause, "resume": self._resume, "kill": self._kill, "delete": self._delete}[action]()

    # --- the whole job

    def _pause(self) -> None:
        common.refuse_if_over(self.look)
        open_parts = [at for at, job in self.look.live.items() if job.status != records.FINISHED]
        self._tell(codes.STOP, open_parts)
        self._wait("stopped", lambda: self._all(open_parts, records.STOPPED, records.FINISHED))

    def _resume(self) -> None:
        common.refuse_if_over(self.look)
        if self.look.is_killed:
            raise EngineError(f"job {self.jid} was killed", "retry it")
        self._continue()

    def _continue(self) -> None:
        stopped = [at for at, job in self._live().items() if job.status == records.STOPPED]
        self._tell(codes.CONTINUE, stopped)
        self._wait("released", lambda: not any(job.status == records.STOPPED for job in self._live().values()))
        self.folder.mark("paused", False)

    def _kill(self) -> None:
        common.refuse_if_over(self.look)
        self.folder.mark("killed", True)
        open_parts = [at for at, job in self.look.live.items() if job.status != records.FINISHED]
        for at in open_parts:
            wait_for_processes(self.master, self.look.live[at])
        self._tell(codes.HARD_STOP, open_parts)
        self._wait("ended", self._is_still)

    def _is_still(self) -> bool:
        jobs = self._live().values()
        return not any(frame.status == records.FRAME_ASSIGNED for job in jobs for frame in self.master.frames(job))

    def _delete(self) -> None:
        if self.look.lives and not self._is_still():
            self._kill()
        # From the last on: a job that waits for a deleted one would wait for ever.
        for at in sorted(self.look.live, reverse=True):
            self._tell(codes.DELETE, [at])
        self._wait("deleted", lambda: not self._live())
        self.folder.remove()

    def _priority(self, value: float) -> None:
        self.folder.write("job.json", {**self.folder.read("job.json"), "priority": value})
        for job in self.look.live.values():
            self.master.tell_number(codes.SET_PRIORITY, confirmed(self.master, job), priority(value))
        self._wait("told", lambda: all(job.priority == priority(value) for job in self._live().values()))

    # --- some tasks

    def _kill_tasks(self, tids: Sequence[int]) -> None:
        active = common.to_kill(self.look, tids)
        for at in {self.look.place[tid][0] for tid in active}:
            wait_for_processes(self.master, self.look.live[at])
        self._tell_frames(codes.FRAME_KILL_FINISH, active)
        note(self.folder, active, "end", state="error", code=None, reason="killed")

    def _skip(self, tids: Sequence[int]) -> None:
        if not tids:
            raise EngineError("skip needs tasks to skip", "name them")
        self._refuse_running(tids)
        sent = common.to_skip(self.look, tids)
        note(self.folder, sent, "skip")
        self._tell_frames(codes.FRAME_FINISH, sent)
        forget_waits(self.folder)
        # Those behind it whose frames ended without a start may run now.
        given_up = [tid for tid in common.behind(self.look, sent) if self.look.tasks[tid].state == BLOCKED]
        self._again(given_up)

    def _retry(self, tids: Sequence[int]) -> None:
        look = self.look
        common.refuse_retry(look, tids)
        wanted = self._sent_under(tids) if tids else common.failed(look)
        again = common.and_behind(look, wanted)
        self._refuse_running(again)
        self.folder.mark("killed", False)
        if look.last is not None and look.last.state != ACTIVE:
            again.add(0)
        self._again(again)
        if look.is_killed:
            self._continue()

    def _again(self, tids: Collection[int]) -> None:
        """Let tasks run again, those that others wait for first: their jobs must be open before those of the others."""
        gone = [tid for tid in tids if self.look.place[tid][0] not in self.look.live]
        if gone:
            raise EngineError(f"DrQueue has job {self.jid} no more, or not all of it", "send it again")
        forget_waits(self.folder)
        note(self.folder, tids, "again")
        self._tell_frames(codes.FRAME_WAIT, tids)

    def _sent_under(self, tids: Iterable[int]) -> Set[int]:
        """Return the tasks with commands among these, and below those that have none."""
        parents = {tid: parent for tid, (_, parent) in enumerate(self.look.tree["tasks"], 1)}
        wanted = set(tids)
        for tid in sorted(parents):
            if parents[tid] in wanted and parents[tid] not in self.look.tasks:
                wanted.add(tid)
        return {tid for tid in wanted if tid in self.look.tasks}

    def _refuse_running(self, tids: Iterable[int]) -> None:
        running = [tid for tid in tids if self.look.state_of(tid) == ACTIVE]
        if running:
            raise EngineError(f"task {running[0]} of job {self.jid} is running", "kill it first, or wait")

    # --- the master

    def _live(self) -> Dict[int, records.JobRecord]:
        return still_there(self.master, self.look.live)

    def _all(self, parts: Collection[int], *states: int) -> bool:
        return all(job.status in states for at, job in self._live().items() if at in parts)

    def _tell(self, code: int, parts: Iterable[int]) -> None:
        for at in parts:
            self.master.tell(code, confirmed(self.master, self.look.live[at]))

    def _tell_frames(self, code: int, tids: Iterable[int]) -> None:
        by_part: Dict[int, List[int]] = {}
        for tid in tids:
            at, index = self.look.place[tid]
            by_part.setdefault(at, []).append(index)
        for at in sorted(by_part.keys() & self.look.live.keys()):
            tell_frames(self.master, self.look.live[at], code, by_part[at])

    def _wait(self, what: str, condition: Callable[[], bool]) -> None:
        if not is_done(condition):
            raise EngineError(f"DrQueue was told, but job {self.jid} is not {what} yet", "look again later")
