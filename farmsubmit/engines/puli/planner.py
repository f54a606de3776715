"""From a Job to the graph that a Puli server is sent, and what is lost on the way.

A task with children or several commands becomes a group, a command a Puli task of its own, chained one after the
other. Groups are for people; what counts stands on the tasks. Nodes carry tags with the number of their task, so that
a job reads as it was sent.
"""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from farmsubmit.author.elements import Command, Job, Task
from farmsubmit.author.planning.plan import CommandPlan, JobPlan, TaskPlan
from farmsubmit.author.planning.planner import build_plan
from farmsubmit.author.planning.unroll import unrolled
from farmsubmit.author.tree import walk
from farmsubmit.engines.base import Dropped
from farmsubmit.engines.puli import tags
from farmsubmit.engines.puli.document import GroupNode, Node, TaskNode, graph_document
from farmsubmit.engines.puli.edges import OVER, Placed, connect
from farmsubmit.engines.puli.losses import PuliLosses
from farmsubmit.engines.puli.maker import Maker
from farmsubmit.engines.puli.services import Farm
from farmsubmit.engines.puli.statuses import BLOCKED, DONE, ERROR

#: A server goes through groups inside groups by recursion, so deeper ones are laid flat into the last of these.
DEEPEST_GROUP = 50
# build_plan caps what a command asks for to the slots of one machine; here render nodes differ.
_NO_CAP = 1 << 30
_AFTER = {"done": (DONE,), "error": (ERROR,), "always": OVER}
_IDLE = (BLOCKED, *OVER)
_TOO_EARLY = "it may begin early where a task has failed and the next one is about to begin: Puli has no end of a job"
_NOT_WHEN_KILLED = "it does not run when the job is killed or deleted: Puli cancels all of a job"
_OF_CHECK_OUT = "no blade is checked out for a task: its commands ask for their own"


class PuliPlan(NamedTuple):
    """What is sent: the document, whose user is still empty, and the most render nodes at a time (0 is no limit)."""

    document: Dict[str, Any]
    limit: int = 0


def plan_job(job: Job, farm: Farm, pool: str, zone: str) -> Tuple[PuliPlan, Tuple[Dropped, ...]]:
    """Return what a job becomes on a Puli server, and what it drops.

    Paths in ``%D()`` are mapped for ``zone``. Raises as build_plan does, ServiceKeyError, SubstitutionError,
    JobTreeError for a command that is too long, and SpoolError for text that is not ASCII.
    """
    job = unrolled(job)
    plan, dropped = build_plan(job, _NO_CAP)
    # What a setenv item may say is the same on one machine and on many.
    kept = tuple(each for each in dropped if each.option == "envkey")
    planner = _Planner(job, plan, farm, zone)
    root = planner.root()
    document = graph_document(root, root.name, "", pool)
    lost = sorted((*kept, *planner.losses.report()), key=lambda each: (each.option, each.where))
    return PuliPlan(document, plan.maxactive), tuple(lost)


class _Planner:
    def __init__(self, job: Job, plan: JobPlan, farm: Farm, zone: str) -> None:
        self.job, self.plan = job, plan
        self.losses = PuliLosses()
        self.maker = Maker(job, plan, farm, zone, self.losses)

    def root(self) -> GroupNode:
        """Return the root of the graph."""
        self.losses.look(self.job)
        root = GroupNode(self.plan.title or "job", tags=self._job_tags(), timer=self.plan.after)
        root.dispatch_key = self._priority()
        if not (self.plan.postscript or self.plan.cleanup):
            connect(self._place_tasks(root), self.plan.needs)
            return root
        body = GroupNode(f"{root.name}: tasks")
        root.groups.append(body)
        placed = self._place_tasks(body)
        connect(placed, self.plan.needs)
        self._place_after(root, body, [node for task in placed for node in (*task.cmds, *task.cleanup)])
        return root

    # --- the job's own options

    def _job_tags(self) -> Dict[str, Any]:
        # The server takes the text "true" as well as the value.
        found: Dict[str, Any] = {tags.PAUSED: "true"} if self.plan.paused else {}
        projects = self.job.projects
        if len(projects) > 1:
            self.losses.note(self.job, "projects", "a Puli job has one project: the first is its tag prod")
        texts = (
            (tags.PROJECT, "projects", projects[0] if projects else ""),
            (tags.COMMENT, "comment", self.job.comment),
            (tags.METADATA, "metadata", self.job.metadata),
        )
        found.update((name, self.maker.plain(self.job, option, text)) for name, option, text in texts if text)
        return found

    def _priority(self) -> int:
        rounded = round(self.plan.priority)
        if rounded != self.plan.priority:
            self.losses.note(self.job, "priority", f"Puli takes whole numbers: it is {rounded}")
        return rounded

    # --- the tree

    def _place_tasks(self, body: GroupNode) -> List[Placed]:
        elements = (element for element, _, leaving in walk(self.job) if isinstance(element, Task) and not leaving)
        lasts, parents = _lasts(self.plan.tasks), {task.parent for task in self.plan.tasks}
        homes: Dict[Optional[int], Tuple[GroupNode, int]] = {None: (body, 0)}
        placed: List[Placed] = []
        for task, element in zip(self.plan.tasks, elements):
            self._note_task(element)
            home, depth = homes[task.parent]
            group = None
            if depth < DEEPEST_GROUP and (task.tid in parents or len(task.cmds) + len(task.cleanup) > 1):
                group = GroupNode(task.title, tags=tags.task_tags(task.tid, task.parent))
                home.groups.append(group)
            homes[task.tid] = (home, depth) if group is None else (group, depth + 1)
            placed.append(self._place(task, element, group, home, lasts[task.tid]))
        return _with_wholes(placed)

    def _place(self, task: TaskPlan, element: Task, group: Optional[GroupNode], home: GroupNode, last: int) -> Placed:
        inside = home if group is None else group
        cmds = self._nodes(task, element.cmds, task.cmds, "")
        cleanup = self._nodes(task, element.cleanup, task.cleanup, tags.CLEANUP)
        body: Optional[Node] = cmds[0] if len(cmds) == 1 else None
        inside.tasks += cleanup
        if len(cmds) > 1 and cleanup:
            body = GroupNode(f"{task.title}: commands", cmds)
            inside.groups.append(body)
        else:
            inside.tasks += cmds
        if not (cmds or cleanup or group):
            # A Puli task without commands is done at once; it stands there to be seen.
            home.tasks.append(TaskNode(task.title, tags=tags.task_tags(task.tid, task.parent)))
        return Placed(task.tid, cmds, cleanup, body, group, last, False)

    def _nodes(
        self, task: TaskPlan, commands: Sequence[Command], plans: Sequence[CommandPlan], when: str
    ) -> List[TaskNode]:
        own = tags.task_tags(task.tid, task.parent, when)
        name = f"{task.title}: cleanup" if when else task.title
        found: List[TaskNode] = []
        for number, (command, plan) in enumerate(zip(commands, plans), 1):
            node = self.maker.node(command, plan, name if number == 1 else f"{name} [{number}]", task.tid)
            node.tags = {**own, **node.tags}
            found.append(node)
        return found

    def _note_task(self, task: Task) -> None:
        self.losses.look(task)
        own = vars(task)
        for name in ("service", "atleast", "atmost", "minslots", "maxslots"):
            if own.get(name):
                self.losses.note(task, name, _OF_CHECK_OUT)
        if own.get("metadata"):
            self.losses.note(task, "metadata", "this engine keeps the metadata of the job and of its commands")

    # --- what runs after the tree

    def _place_after(self, root: GroupNode, body: GroupNode, before: Sequence[TaskNode]) -> None:
        for command, plan, when, label in self._after():
            node = self.maker.node(command, plan, f"{root.name}: {label}", 0)
            node.tags = {tags.WHEN: when, **node.tags}
            node.dependencies.append((body, list(_AFTER[when])))
            if when != "done":
                # A group is in error from the first failure on: this waits until nothing runs, or is about to.
                node.dependencies += [(other, list(_IDLE)) for other in before]
                self.losses.note(self.job, label.partition(",")[0], _TOO_EARLY)
            root.tasks.append(node)
        if self.plan.cleanup:
            self.losses.note(self.job, "cleanup", _NOT_WHEN_KILLED)

    def _after(self) -> List[Tuple[Command, CommandPlan, str, str]]:
        """Return the postscripts and the job's cleanup, with when they run and what they are called."""
        job = vars(self.job)
        older = [
            Command(argv=job[f"when{when}"], when=when)
            for when in ("done", "error", "always")
            if job.get(f"when{when}")
        ]
        scripts = zip([*self.job.postscript, *older], self.plan.postscript)
        cleanups = zip(self.job.cleanup, self.plan.cleanup)
        return [
            *((command, plan, plan.when, f"postscript, when {plan.when}") for command, plan in scripts),
            *((command, plan, "always", "cleanup") for command, plan in cleanups),
        ]


def _lasts(tasks: Sequence[TaskPlan]) -> Dict[int, int]:
    """Return the last tid below each task, which is its own where it has no children."""
    lasts = {task.tid: task.tid for task in tasks}
    for task in reversed(tasks):
        if task.parent is not None:
            lasts[task.parent] = max(lasts[task.parent], lasts[task.tid])
    return lasts


def _with_wholes(placed: List[Placed]) -> List[Placed]:
    """Tell which groups are done when all below them is; tids are places, counted from 1."""
    commands, cleanups = [0], [0]
    for task in placed:
        commands.append(commands[-1] + len(task.cmds))
        cleanups.append(cleanups[-1] + len(task.cleanup))
    return [
        task._replace(
            whole=commands[task.last] > commands[task.tid - 1] and cleanups[task.last] == cleanups[task.tid - 1]
        )
        for task in placed
    ]
