"""From a Job to what DrQueue is sent, and what is lost on the way."""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Optional, Sequence, Tuple

from farmsubmit.author.elements import Element, Job, Task
from farmsubmit.author.planning.plan import JobPlan
from farmsubmit.author.planning.planner import build_plan
from farmsubmit.author.planning.unroll import unrolled
from farmsubmit.author.tree import walk
from farmsubmit.engines.base import Dropped
from farmsubmit.engines.batch.plan import BatchPlan
from farmsubmit.engines.drqueue.demands import Demand, demand
from farmsubmit.engines.drqueue.losses import DrQueueLosses
from farmsubmit.engines.drqueue.plan import DrQueuePlan, Part, lay_out, with_last

# build_plan caps what a command asks for to the slots of one machine, which is not looked at here.
_NO_CAP = 1 << 30


def plan_job(job: Job, pools: Optional[FrozenSet[str]]) -> Tuple[DrQueuePlan, Tuple[Dropped, ...]]:
    """Return what a job becomes on a farm with these pools, and what it drops.

    Raises as build_plan does, ServiceKeyError for a service that does not parse, and JobTreeError for a job in which
    too much waits for too much.
    """
    job = unrolled(job)
    plan, dropped = build_plan(job, _NO_CAP)
    # Conversion of environment keys is the same on one machine and on many.
    kept = tuple(each for each in dropped if each.option == "envkey")
    return _Planner(job, plan, pools).plan(kept)


class _Planner:
    def __init__(self, job: Job, plan: JobPlan, pools: Optional[FrozenSet[str]]) -> None:
        self.job, self.job_plan, self.pools = job, plan, pools
        self.losses = DrQueueLosses()
        self.ids = {name: tid for name, tid in plan.ids.items() if tid}
        self._demands: Dict[Tuple[str, ...], Demand] = {}

    def plan(self, kept: Tuple[Dropped, ...]) -> Tuple[DrQueuePlan, Tuple[Dropped, ...]]:
        self.losses.look(self.job)
        layout, parts = lay_out(self.job_plan.needs, self._task_demands())
        self._note_order(parts)
        owned = [*self.job.postscript, *self.job.cleanup]
        if self.job_plan.postscript or self.job_plan.cleanup:
            parts = with_last(parts, self._demand(self.job, owned))
            self._note_last()
        self._note_job(parts)
        dropped = sorted((*kept, *self.losses.report()), key=lambda each: (each.option, each.where))
        return DrQueuePlan(BatchPlan(self.job_plan, layout, ids=self.ids), parts), tuple(dropped)

    def _note_order(self, parts: List[Part]) -> None:
        if any(part.after is not None for part in parts):
            reason = f"one dependency for each of its {len(parts)} jobs: all of a stage waits for all of the one before"
            self.losses.note(self.job, "subtasks", reason)

    def _note_last(self) -> None:
        if self.job_plan.cleanup:
            self.losses.note(self.job, "cleanup", "it does not run where the job is killed or deleted")

    def _note_job(self, parts: List[Part]) -> None:
        job = self.job_plan
        if job.maxactive and len(parts) > 1:
            reason = f"it holds for each of the {len(parts)} jobs that this becomes, not for all of them together"
            self.losses.note(self.job, "maxactive", reason)
        if job.afterjids:
            reason = f"the job starts when job {job.afterjids[0]} is over, also where that one failed"
            self.losses.note(self.job, "afterjids", reason)
        if len(job.afterjids) > 1:
            rest = ", ".join(map(str, job.afterjids[1:5]))
            self.losses.note(self.job, "afterjids", f"a job has one dependency: {rest} are not waited for")

    def _task_demands(self) -> Dict[int, Demand]:
        """Return what the tasks that have something to run ask for, by tid."""
        tasks = (element for element, _, leaving in walk(self.job) if isinstance(element, Task) and not leaving)
        found: Dict[int, Demand] = {}
        for tid, task in enumerate(tasks, 1):
            self.losses.look(task)
            own = vars(task)
            if own.get("service"):
                self.losses.note(task, "service", "no blade is checked out for a task: its commands ask for their own")
            for command in own.get("cmds", ()):
                if vars(command).get("id") is not None:
                    self.ids.setdefault(command.id, tid)
            commands = [*own.get("cmds", ()), *own.get("cleanup", ())]
            if commands:
                found[tid] = self._demand(task, commands)
        return found

    def _demand(self, owner: Element, commands: Sequence[Any]) -> Demand:
        for command in commands:
            self.losses.look(command)
        texts = [self.job.service, *(vars(command).get("service") for command in commands)]
        key = tuple(dict.fromkeys(text for text in texts if text))
        if len(key) - bool(self.job.service) > 1:
            reason = "all commands of a task run on one slave, which must offer what each of them asks for"
            self.losses.note(owner, "service", reason)
        if key not in self._demands:
            self._demands[key], problems = demand(key, self.pools)
            for problem in problems:
                self.losses.note(owner, "service", problem)
        return self._demands[key]
