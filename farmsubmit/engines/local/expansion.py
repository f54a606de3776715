"""Run-time expansion: a job script that a command wrote becomes subtasks of its task.

The order, in one place. Sources: Tractor's ``-expand`` ("standard output is job script") and jobtronaut's
``TR_EXPAND_CHUNK``; where they are silent, we decide:

- With ``-expand``, the new tasks may start when the command has ended with success. With ``TR_EXPAND_CHUNK``, at
  once, while it runs. Its task's further commands and cleanup do not wait for them.
- A task is done when its commands and all that was grafted under it are done. Whoever waits for it waits for that.
- The new tasks keep their own order. Under a task with ``serialsubtasks`` they follow each other, one graft after
  another. Of a Job only what concerns its own tree counts; the rest is ignored, and the log says so.
"""

from __future__ import annotations

from pathlib import Path
from typing import List

from farmsubmit.author.planning.plan import GraftPlan
from farmsubmit.author.planning.planner import plan_graft
from farmsubmit.engines.local.growth import ground, grow
from farmsubmit.engines.local.jobrun import JobRun
from farmsubmit.engines.local.process import Running
from farmsubmit.engines.local.script import read_script
from farmsubmit.engines.local.unit import Unit
from farmsubmit.errors import EngineError, FarmsubmitError, JobTreeError

MOST_TASKS = 1_000_000
DEEPEST = 100


def expand(running: Running, unit: Unit, path: Path, slots: int) -> str:
    """Graft the job script in a file under the task of a unit; return why that cannot be, or an empty string.

    Either way the command's log says it. Raises EngineError for a queue that does not work.
    """
    try:
        told = _graft(unit.job, unit.tid, path, slots)
    except EngineError:
        # The queue on disk does not work: that is no mistake of the script.
        raise
    except FarmsubmitError as error:
        problem = f"cannot expand: {_with_place(error, path)}"
        running.remark(problem)
        return problem
    unit.grafted = True
    for line in told:
        running.remark(line)
    return ""


def _graft(job: JobRun, tid: int, path: Path, slots: int) -> List[str]:
    """Graft a file under a task, and return what the log should say."""
    _refuse_too_deep(job, tid)
    plan = plan_graft(read_script(path), ground(job, tid, slots))
    count = len(plan.tasks)
    _refuse_too_many(job, count)
    _refuse_endless(job, plan)
    if count or plan.tops:
        grow(job, plan)
    last = plan.first + count - 1
    tids = f": {plan.first} to {last}" if count > 1 else f": {last}" if count else ""
    return [*plan.told, f"grafted {count} task{'' if count == 1 else 's'}{tids}, from {path}"]


def _with_place(error: FarmsubmitError, path: Path) -> str:
    text = " ".join(str(error).splitlines())
    return text if text.startswith(str(path)) else f"{path}: {text}"


def _refuse_too_deep(job: JobRun, tid: int) -> None:
    if len(job.grafts.around(tid)) > DEEPEST:
        raise JobTreeError(f"a graft would stand more than {DEEPEST} grafts deep", "does it expand itself without end?")


def _refuse_too_many(job: JobRun, count: int) -> None:
    if job.grafts.count + count > MOST_TASKS:
        problem = f"with {count:,} tasks more, more than {MOST_TASKS:,} would be grafted into this job"
        raise JobTreeError(problem, "make several jobs")


def _refuse_endless(job: JobRun, plan: GraftPlan) -> None:
    """Refuse a graft that waits for a task that waits for the graft."""
    named = {node for needed in (*plan.needs, plan.tops) for node in needed if node < plan.first}
    if not named:
        return
    endless = named & {plan.host, *job.dependents([plan.host])}
    if endless:
        problem = f"an Instance waits for task {min(endless)}, which waits for this graft"
        raise JobTreeError(problem, "a task cannot run before itself")
