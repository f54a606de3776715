"""A DrQueue job as a job of ours: one task for each block of frames, with the variables that a slave sets."""

from __future__ import annotations

from typing import Iterator, List, Mapping, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.engines.drqueue.frames import count, frame_number
from farmsubmit.engines.drqueue.records import JobRecord
from farmsubmit.lang.substitution import literal


def author_job(job: JobRecord, variables: Mapping[str, str] = {}) -> Job:  # it is only read
    """Return a job of ours that runs what a DrQueue job runs.

    Each task is a block of frames and runs ``sh -c`` with the job's command. The variables are those that a slave sets
    from the job, then the job's own. What a slave sets from itself (DRQUEUE_COMPID, DRQUEUE_ROOT and so on) is not
    there, nor are DrQueue's limits. Raises EngineError for far too many frames.
    Source: the environment that a slave of DrQueue 0.64.4 was seen to give.
    """
    made = Job(title=job.name, priority=float(job.priority - 500))
    for index in range(count(job)):
        number = frame_number(job, index)
        words = [f"{name}={value}" for name, value in _environment(job, number, variables or {})]
        # A word that begins with ~ would be expanded before the shell sees it.
        argv = ["env", *words, "sh", "-c", f" {job.cmd}" if job.cmd.startswith("~") else job.cmd]
        made.newTask(argv=[literal(word) for word in argv], title=f"frame {number}")
    return made


def _environment(job: JobRecord, number: int, variables: Mapping[str, str]) -> Iterator[Tuple[str, str]]:
    pad = max(job.frame_pad, 1)
    # DrQueue counts a block's frames one by one, whatever the step.
    block: List[int] = list(range(number, number + job.block_size))
    yield "DRQUEUE_FRAME", str(number)
    yield "DRQUEUE_PADFRAME", f"{number:0{pad}}"
    yield "DRQUEUE_PADFRAMES", " ".join(f"{each:0{pad}}" for each in block)
    yield "DRQUEUE_STARTFRAME", str(job.frame_start)
    yield "DRQUEUE_ENDFRAME", str(job.frame_end)
    yield "DRQUEUE_STEPFRAME", str(job.frame_step)
    yield "DRQUEUE_BLOCKSIZE", str(job.block_size)
    yield "DRQUEUE_JOBID", str(job.id)
    yield "DRQUEUE_JOBNAME", job.name
    yield "DRQUEUE_OWNER", job.owner
    yield from variables.items()
