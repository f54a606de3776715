"""From a Job to what Slurm is sent, and what is lost on the way."""

from __future__ import annotations

from typing import Any, Dict, Iterable, Sequence, Tuple

from farmsubmit.author.elements import Element, Job, Task
from farmsubmit.author.planning.plan import CommandPlan, JobPlan
from farmsubmit.author.planning.planner import build_plan
from farmsubmit.author.planning.unroll import unrolled
from farmsubmit.author.tree import walk
from farmsubmit.engines.base import Dropped
from farmsubmit.engines.batch.plan import BatchPlan, Shape
from farmsubmit.engines.batch.tables import unmapped
from farmsubmit.engines.slurm.cluster import Cluster
from farmsubmit.engines.slurm.layout import lay_out
from farmsubmit.engines.slurm.losses import SlurmLosses
from farmsubmit.engines.slurm.services import Demand, both, demand

# build_plan caps what a command asks for to the slots of one machine; here nodes differ, and Slurm knows them.
_NO_CAP = 1 << 30


def plan_job(job: Job, cluster: Cluster) -> Tuple[BatchPlan, Tuple[Dropped, ...]]:
    """Return what a job becomes on a cluster, and what it drops.

    Raises as build_plan does, ServiceKeyError for a service that does not parse, and JobTreeError for a job in which
    too much waits for too much.
    """
    job = unrolled(job)
    plan, dropped = build_plan(job, _NO_CAP)
    # Conversion of environment keys is the same on one machine and on many.
    kept = tuple(each for each in dropped if each.option == "envkey")
    return _Planner(job, plan, cluster).plan(kept)


class _Planner:
    def __init__(self, job: Job, plan: JobPlan, cluster: Cluster) -> None:
        self.job, self.job_plan, self.cluster = job, plan, cluster
        self.losses = SlurmLosses()
        self.ids = {name: tid for name, tid in plan.ids.items() if tid}
        self._demands: Dict[str, Demand] = {}
        self._shapes: Dict[Tuple[object, ...], Shape] = {}

    def plan(self, kept: Tuple[Dropped, ...]) -> Tuple[BatchPlan, Tuple[Dropped, ...]]:
        self.losses.look(self.job)
        layout = lay_out(self.job_plan.needs, self._task_shapes())
        self._note_throttle(len(layout.steps))
        self._note_late_paths()
        owned = [*self.job.postscript, *self.job.cleanup]
        plans = [*self.job_plan.postscript, *self.job_plan.cleanup]
        last = self._shape(self.job, owned, plans)
        account = self._account()
        dropped = sorted((*kept, *self.losses.report()), key=lambda each: (each.option, each.where))
        return BatchPlan(self.job_plan, layout, last, self.job.comment or "", self.ids, account), tuple(dropped)

    def _account(self) -> str:
        """Return the account of the first project that is one; empty where none is, or where there are no accounts."""
        projects = self.job.projects
        if not projects or self.cluster.accounts is None:
            return ""
        account = next(filter(None, map(self.cluster.account, projects)), "")
        if not account:
            reason = f"no account of yours in Slurm is called {' or '.join(projects)}: the default one is used"
            self.losses.note(self.job, "projects", reason)
        elif len(projects) > 1:
            self.losses.note(self.job, "projects", f"a Slurm job has one account: it is {account}")
        return account

    def _note_late_paths(self) -> None:
        late = unmapped(self.job_plan, self.ids)
        if late:
            reason = f"{late[0]!r} fails: a path in %D() is mapped before it is known on which node it will be"
            self.losses.note(self.job, "argv", reason + (f"; so do {len(late) - 1} others" if late[1:] else ""))

    def _note_throttle(self, steps: int) -> None:
        if self.job_plan.maxactive and steps > 1:
            reason = f"it holds for each of the {steps} arrays of the job, not for all of them together"
            self.losses.note(self.job, "maxactive", reason)

    def _task_shapes(self) -> Dict[int, Shape]:
        """Return the shapes of the tasks that have something to run, by tid."""
        tasks = (element for element, _, leaving in walk(self.job) if isinstance(element, Task) and not leaving)
        shapes: Dict[int, Shape] = {}
        for tid, task in enumerate(tasks, 1):
            self.losses.look(task)
            if vars(task).get("service"):
                self.losses.note(task, "service", "no blade is checked out for a task: its commands ask for their own")
            plan = self.job_plan.tasks[tid - 1]
            own = vars(task)
            commands = [*own.get("cmds", ()), *own.get("cleanup", ())]
            for command in own.get("cmds", ()):
                if vars(command).get("id") is not None:
                    self.ids.setdefault(command.id, tid)
            if commands:
                shapes[tid] = self._shape(task, commands, [*plan.cmds, *plan.cleanup])
        return shapes

    def _shape(self, owner: Element, commands: Sequence[Any], plans: Iterable[CommandPlan]) -> Shape:
        for command in commands:
            self.losses.look(command)
        services = tuple(dict.fromkeys(vars(command).get("service") or "" for command in commands))
        tags = tuple(dict.fromkeys(tag for each in (self.job, *commands) for tag in vars(each).get("tags") or ()))
        cpus = max((plan.slots for plan in plans), default=1)
        asked = [service for service in services if service]
        if len(asked) > 1:
            reason = f"all commands of a task run on one node, which must offer all of {', '.join(asked[:4])}"
            self.losses.note(owner, "service", reason)
        key = (services, tags, cpus)
        found = self._shapes.get(key)
        if found is None:
            found = self._shapes[key] = self._new_shape(owner, asked, tags, cpus)
        return found

    def _new_shape(self, owner: Element, services: Sequence[str], tags: Sequence[str], cpus: int) -> Shape:
        texts = [text for text in (self.job.service, *services) if text]
        wanted = both([self._demand(text) for text in texts])
        for problem in wanted.problems:
            self.losses.note(owner, "service", problem)
        licences = list(wanted.licences)
        for tag in tags:
            licence = self.cluster.licence(tag)
            if licence:
                licences.append(f"{licence}:1")
            else:
                self.losses.note(owner, "tags", self._why_no_licence(tag))
        return Shape(wanted.constraint, tuple(dict.fromkeys(licences)), wanted.exclude, cpus)

    def _why_no_licence(self, tag: str) -> str:
        if not self.cluster.is_known:
            return f"{tag} is not counted, for Slurm does not answer"
        return f"{tag} is not counted, for this cluster has no licence of that name"

    def _demand(self, text: str) -> Demand:
        found = self._demands.get(text)
        if found is None:
            found = self._demands[text] = demand(text, self.cluster)
        return found
