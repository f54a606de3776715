"""Jobs by their slots, which DrQueue gives to the next job at once: nothing is changed without a look."""

from __future__ import annotations

import time
from typing import Callable, Dict, Optional, Sequence, TypeVar

from farmsubmit.engines.drqueue import master as codes
from farmsubmit.engines.drqueue.frames import frame_number
from farmsubmit.engines.drqueue.master import NOT_REGISTERED, Master
from farmsubmit.engines.drqueue.records import FRAME_ASSIGNED, FRAME_FINISHED, FRAME_WAITING, JobRecord
from farmsubmit.engines.drqueue.wire import Refused
from farmsubmit.errors import EngineError

#: Seconds until the master has done what it was told, and between looks.
DONE_WITHIN, LOOK_AGAIN = 10.0, 0.1
#: Seconds until a frame that a slave has taken has a process.
_STARTED_WITHIN = 3.0

_SHOWN = {
    codes.FRAME_WAIT: (FRAME_WAITING, FRAME_ASSIGNED),
    codes.FRAME_FINISH: (FRAME_FINISHED,),
    codes.FRAME_KILL_FINISH: (FRAME_FINISHED,),
}

Key = TypeVar("Key")


def is_done(condition: Callable[[], bool], seconds: Optional[float] = None) -> bool:
    """Wait until the master has done what it was told (default: DONE_WITHIN seconds); tell whether it has."""
    end = time.monotonic() + (DONE_WITHIN if seconds is None else seconds)
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(LOOK_AGAIN)
    return True


def is_same(one: JobRecord, other: JobRecord) -> bool:
    """Tell whether two records are of the same job, which may have changed in between."""
    return (one.id, one.name, one.submit_time) == (other.id, other.name, other.submit_time)


def confirmed(master: Master, job: JobRecord) -> int:
    """Return the slot of a job that is still in it; raises EngineError where another one is, or none."""
    found = _present(master, job.id)
    gone = f"job {job.name!r} has left DrQueue"
    if found is None:
        raise EngineError(gone)
    if not is_same(found, job):
        raise EngineError(gone, f"its slot {job.id} holds {found.name!r} now")
    return job.id


def _present(master: Master, slot: int) -> Optional[JobRecord]:
    """Return the job in a slot, or None where there is none."""
    try:
        return master.job(slot)
    except Refused as error:
        if error.code != NOT_REGISTERED:
            raise
        return None


def still_there(master: Master, jobs: Dict[Key, JobRecord]) -> Dict[Key, JobRecord]:
    """Return those of these jobs that the master still has, as they are now."""
    # One by one: the list of all jobs has 30 KB for each.
    found = {key: _present(master, job.id) for key, job in jobs.items()}
    return {key: now for key, now in found.items() if now is not None and is_same(jobs[key], now)}


def tell_frames(master: Master, job: JobRecord, code: int, indices: Sequence[int]) -> None:
    """Tell frames of a job something by their indices, and wait until the master shows it, as long as that may take."""
    before = master.frames(job)
    wanted = _SHOWN[code]
    for index in indices:
        number = frame_number(job, index)
        if code == codes.FRAME_WAIT and before[index].requeued:
            # Otherwise the master gives it up at its next mishap.
            master.tell_number(codes.FRAME_RESET, confirmed(master, job), number)
        master.tell_number(code, confirmed(master, job), number)
    told = [index for index in indices if before[index].status not in wanted]

    def is_shown() -> bool:
        now = master.frames(job)
        # One that was told to run may have run already.
        return all(now[index].status in wanted or now[index].start != before[index].start for index in told)

    is_done(is_shown)


def wait_for_processes(master: Master, job: JobRecord) -> None:
    """Wait until each running frame of a job has a process: a slave that kills one without it kills itself.

    Raises EngineError where one has none for longer than three seconds.
    """

    def have_processes() -> bool:
        tasks = (task for each in master.computers() for task in each.tasks)
        return all(task.pid for task in tasks if task.ijob == job.id and task.jobname == job.name)

    if not is_done(have_processes, _STARTED_WITHIN):
        raise EngineError(f"frames of {job.name!r} are just being started, and cannot be killed", "try again")
