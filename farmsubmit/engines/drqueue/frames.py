"""Frames of a DrQueue job: how many there are, and which number each has."""

from __future__ import annotations

from farmsubmit.engines.drqueue.records import JobRecord
from farmsubmit.errors import EngineError

#: More frames than this are not read: a job whose end lies before its start counts four thousand million of them.
MOST_FRAMES = 1_000_000


def count(job: JobRecord) -> int:
    """Return how many frames, or blocks of frames, the master counts for a job; raises EngineError for far too many."""
    if job.block_size == 0:
        return 0
    step = job.frame_step or 1
    # The master reckons in 32 bits without a sign.
    steps = ((job.frame_end - job.frame_start + step) % (1 << 32)) // step
    found = -(-steps // job.block_size)
    if found > MOST_FRAMES:
        hint = f"at most {MOST_FRAMES:,} are read"
        raise EngineError(f"job {job.name!r} goes from {job.frame_start} to {job.frame_end}: {found:,} frames", hint)
    return found


def frame_number(job: JobRecord, index: int) -> int:
    """Return the number of the frame at an index from 0; raises IndexError."""
    if not 0 <= index < count(job):
        raise IndexError(f"job {job.name!r} has no frame at index {index}: it has {count(job)}")
    return job.frame_start + index * job.block_size * (job.frame_step or 1)


def refuse_endless(start: int, end: int, step: int, block: int) -> None:
    """Raise EngineError for frames that would bring a master down, or leave a job without any."""
    if end < start:
        raise EngineError(f"the frames end at {end}, before they start at {start}", "start with the smaller number")
    if step < 1:
        raise EngineError(f"the step between frames is {step}", "it is 1 or more")
    if block < 1:
        raise EngineError(f"a block has {block} frames", "it has 1 or more")
    count(JobRecord(frame_start=start, frame_end=end, frame_step=step, block_size=block))
