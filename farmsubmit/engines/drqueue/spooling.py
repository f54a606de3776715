"""Sending a job to DrQueue: its folder, its parts on hold, and then their release; or none of it.

DrQueue starts a job as soon as it has it. So where there are several parts, or where the job is to be paused, they are
sent to a pool that no slave is in, and get their own pool when all of them are there.
"""

from __future__ import annotations

import shlex
import time
import uuid
from dataclasses import replace
from typing import Any, Dict, List, Optional

from farmsubmit.engines.base import SpoolInfo
from farmsubmit.engines.batch.jobfolder import JobFolder, existing, new_folder
from farmsubmit.engines.batch.plan import at_home
from farmsubmit.engines.drqueue import master as codes
from farmsubmit.engines.drqueue import records
from farmsubmit.engines.drqueue.location import FOLDER, Location
from farmsubmit.engines.drqueue.master import Master
from farmsubmit.engines.drqueue.parts import (
    HOLD,
    KEY,
    ROWS,
    Placed,
    fill_waits,
    names,
    read_parts,
    wrapper,
    write_parts,
)
from farmsubmit.engines.drqueue.plan import DrQueuePlan
from farmsubmit.engines.drqueue.records import JobLimits, JobRecord
from farmsubmit.engines.drqueue.slots import DONE_WITHIN, is_done
from farmsubmit.errors import AnswerLost, EngineError, EngineUnreachable, SpoolError

#: The priority of a job that says nothing; one of ours is counted from it.
PRIORITY = 500


def spool(master: Master, location: Location, plan: DrQueuePlan, info: SpoolInfo) -> JobFolder:
    """Send a job and return its folder; raises SpoolError, EngineUnreachable and AnswerLost."""
    if len(plan.parts) > records.MOST_JOBS:
        problem = f"the job becomes {len(plan.parts)} jobs of DrQueue, which holds {records.MOST_JOBS}"
        raise SpoolError(problem, "make fewer stages, or several jobs")
    plan = replace(plan, base=at_home(plan.base, info.spoolcwd))
    info = info if info.key else replace(info, key=uuid.uuid4().hex)
    first = _first(location, plan.base.job.afterjids)
    folder = _new_folder(location)
    try:
        _fill(folder, location, plan, info)
        sending = Sending(master, location, folder, plan, info, first)
        sending.send()
    except AnswerLost:
        raise
    except BaseException:
        folder.remove()
        raise
    folder.write_submitted([])
    sending.release()
    return folder


class Sending:
    """The parts of one job on their way."""

    def __init__(
        self,
        master: Master,
        location: Location,
        folder: JobFolder,
        plan: DrQueuePlan,
        info: SpoolInfo,
        first: Optional[int],
    ) -> None:
        self.master, self.location, self.folder, self.plan, self.info = master, location, folder, plan, info
        self.first = first
        self.parts = read_parts(folder)
        self.is_paused = plan.base.job.paused
        self.is_held = self.is_paused or len(self.parts) > 1

    def send(self) -> None:
        """Send all parts, on hold where they must wait for each other; or none."""
        try:
            self._send_all()
        except AnswerLost:
            # Where it is the only part, it may run already, and needs its folder: find() sees to it.
            if len(self.parts) > 1:
                self._take_back()
            raise
        except EngineUnreachable as error:
            if not self._take_back() and any(part.slot is not None for part in self.parts):
                raise AnswerLost(f"a part of the job is with DrQueue, on hold, and then {error.problem}") from None
            raise
        except EngineError as error:
            self._take_back()
            raise SpoolError(error.problem, error.hint) from None
        except BaseException:
            self._take_back()
            raise

    def _send_all(self) -> None:
        for at in range(len(self.parts)):
            self._send(at)
        write_parts(self.folder, self.parts)
        if self.is_paused:
            stop(self.master, self.parts)

    def _take_back(self) -> bool:
        is_certain = take_back(self.master, self.parts, self.info.key)
        self.folder.remove()
        return is_certain

    def release(self) -> None:
        """Give the parts their own pools; raises AnswerLost, for then the master has the job."""
        if not self.is_held:
            return
        try:
            release(self.master, self.parts)
        except EngineError as error:
            problem = f"job {self.folder.jid} is with DrQueue, but on hold: {error.problem}"
            raise AnswerLost(problem, "it is released when it is looked for again") from None

    def _send(self, at: int) -> None:
        part = self.parts[at]
        slot = self.master.register(self._record(at), {KEY: self.info.key})
        self.parts[at] = part._replace(slot=slot)
        try:
            found = self.master.job(slot)
        except EngineUnreachable as error:
            raise AnswerLost(f"the job was sent, and then {error.problem}", error.hint) from None
        if found.name != part.name:
            raise SpoolError(f"DrQueue holds {found.name!r} where {part.name!r} was put", "send it again")
        self.parts[at] = part._replace(slot=slot, submitted=found.submit_time)

    def _record(self, at: int) -> JobRecord:
        part, job = self.parts[at], self.plan.base.job
        demand = self.plan.parts[at].demand
        parent = self.first if part.after is None else self.parts[part.after].slot
        words = [self.location.python or _setting("python"), wrapper(self.folder), str(self.folder.path), part.step]
        return JobRecord(
            name=part.name,
            cmd=" ".join(map(shlex.quote, words)),
            owner=self.info.owner,
            priority=priority(job.priority),
            frame_end=part.frames,
            flags=0 if parent is None else records.DEPENDS,
            dependid=parent or 0,
            limits=JobLimits(
                nmaxcpus=min(job.maxactive or records.LARGEST_U16, records.LARGEST_U16),
                os_flags=demand.os_flags,
                memory=demand.memory,
                pool=HOLD if self.is_held else part.pool,
            ),
        )


def stop(master: Master, parts: List[Placed]) -> None:
    """Stop parts that are on hold; raises EngineError where the master does not do it."""
    for part in parts:
        _look(master, part)
        master.tell(codes.STOP, int(part.slot or 0))
    if not is_done(lambda: all(_look(master, part).status == records.STOPPED for part in parts)):
        raise EngineError(f"DrQueue has not stopped the job within {DONE_WITHIN:g} s", "look at it again later")


def release(master: Master, parts: List[Placed]) -> None:
    """Give parts that are on hold their own pools; raises EngineError where the master does not do it."""
    for part in parts:
        if _look(master, part).limits.pool == HOLD:
            master.set_pool(int(part.slot or 0), part.pool)
    if not is_done(lambda: all(_look(master, part).limits.pool != HOLD for part in parts)):
        raise EngineError(f"DrQueue has not released the job within {DONE_WITHIN:g} s", "look at it again later")


def take_back(master: Master, parts: List[Placed], key: str) -> bool:
    """Delete the parts of a job that are on the master, and tell whether it answered."""
    wanted = {part.name for part in parts}
    try:
        for job in master.jobs():
            if job.name in wanted and master.variables(job.id).get(KEY) == key:
                master.tell(codes.DELETE, job.id)
    except EngineError:
        return False
    return True


def priority(value: float) -> int:
    """Return a priority of ours as DrQueue counts it."""
    return max(0, min(PRIORITY + round(value), records.LARGEST_U32))


def _look(master: Master, part: Placed) -> JobRecord:
    """Return a part as the master has it; raises EngineError where its slot holds something else."""
    found = master.job(int(part.slot or 0))
    if (found.name, found.submit_time) != (part.name, part.submitted):
        raise EngineError(f"DrQueue holds {found.name!r} where {part.name!r} was put", "it was deleted there")
    return found


def _fill(folder: JobFolder, location: Location, plan: DrQueuePlan, info: SpoolInfo) -> None:
    folder.fill(plan.base, info, _given(location), ROWS)
    try:
        fill_waits(folder, plan)
    except OSError as error:
        raise SpoolError(f"{folder.path} cannot be written: {error.strerror or error}") from None
    called = names(plan.base.job.title, info.key, len(plan.parts))
    placed = [
        Placed(part.step, name, part.demand.pool or location.pool, part.frames, part.after)
        for part, name in zip(plan.parts, called)
    ]
    write_parts(folder, placed)


def _given(location: Location) -> Dict[str, Any]:
    return {"zone": location.zone or _setting("zone"), "spooled": time.time()}


def _setting(name: str) -> str:
    from farmsubmit.settings import load_settings

    return str(load_settings()[name])


def _new_folder(location: Location) -> JobFolder:
    try:
        return new_folder(location.folder)
    except SpoolError as error:
        raise SpoolError(error.problem, f"see {FOLDER}, or folder= in the engine's URL") from None


def _first(location: Location, jids: List[int]) -> Optional[int]:
    """Return the slot of the job that the first parts wait for."""
    if not jids:
        return None
    try:
        parts = read_parts(existing(location.folder, str(jids[0])))
    except EngineError as error:
        raise SpoolError(f"the job waits for another: {error.problem}", error.hint) from None
    waited = {part.after for part in parts}
    ends = [part for at, part in enumerate(parts) if at not in waited]
    if len(ends) > 1:
        problem = f"job {jids[0]} ends in {len(ends)} jobs of DrQueue, and another can wait for one"
        raise SpoolError(problem, "give it a postscript, or send it as one job with this")
    return ends[0].slot
