"""Looking for a job by its key, after an answer was lost or a process died: what is half done is finished or undone."""

from __future__ import annotations

from typing import Optional

from farmsubmit.engines.batch.jobfolder import JobFolder, numbers
from farmsubmit.engines.drqueue import master as codes
from farmsubmit.engines.drqueue.location import Location
from farmsubmit.engines.drqueue.master import Master
from farmsubmit.engines.drqueue.parts import HOLD, KEY, has_short_key, read_parts, write_parts
from farmsubmit.engines.drqueue.records import JobRecord
from farmsubmit.engines.drqueue.spooling import release, stop, take_back
from farmsubmit.errors import EngineError


def find(master: Master, location: Location, key: str) -> Optional[str]:
    """Return the id of the job with this key, and finish or take back what a lost answer left half done."""
    for number in numbers(location.folder):
        folder = JobFolder(location.folder / str(number))
        if not _has_key(folder, key):
            continue
        if folder.exists:
            _release_rest(master, folder)
            return folder.jid
        return folder.jid if _completed(master, folder, key) else None
    if key:
        _sweep(master, key)
    return None


def _sweep(master: Master, key: str) -> None:
    """Delete what a submission that was taken back left on the master all the same; raises EngineUnreachable."""
    for job in master.jobs():
        if has_short_key(job.name, key) and master.variables(job.id).get(KEY) == key:
            master.tell(codes.DELETE, job.id)


def _release_rest(master: Master, folder: JobFolder) -> None:
    """Release the parts of a job whose release was not finished."""
    known = {(job.id, job.name, job.submit_time): job for job in master.jobs()}
    held = [part for part in read_parts(folder) if part.slot is not None]
    held = [part for part in held if _is_held(known.get((int(part.slot or 0), part.name, part.submitted)))]
    release(master, held)


def _is_held(job: Optional[JobRecord]) -> bool:
    return job is not None and job.limits.pool == HOLD


def _completed(master: Master, folder: JobFolder, key: str) -> bool:
    """Finish a job whose answer was lost, and tell whether it is there; forget it where it is not."""
    parts = read_parts(folder)
    jobs = {job.name: job for job in master.jobs()}
    if all(part.name in jobs and master.variables(jobs[part.name].id).get(KEY) == key for part in parts):
        found = [part._replace(slot=jobs[part.name].id, submitted=jobs[part.name].submit_time) for part in parts]
        write_parts(folder, found)
        folder.write_submitted([])
        if folder.has_mark("paused"):
            stop(master, found)
        release(master, found)
        return True
    take_back(master, parts, key)
    folder.remove()
    return False


def _has_key(folder: JobFolder, key: str) -> bool:
    try:
        return bool(key) and folder.read("job.json")["key"] == key
    except EngineError:
        return False
