"""From a Job to the plan that the local engine runs, and what is lost on the way; and the same for a graft."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from farmsubmit.author import options as table
from farmsubmit.author.elements import Command, Element, Instance, Job, Task
from farmsubmit.author.options import Option
from farmsubmit.author.planning.graph import Graph
from farmsubmit.author.planning.losses import Dropped, Losses
from farmsubmit.author.planning.moments import start_time
from farmsubmit.author.planning.plan import CommandPlan, GraftPlan, Ground, JobPlan, TaskPlan
from farmsubmit.author.planning.unroll import unrolled
from farmsubmit.author.planning.variables import assigned, with_values
from farmsubmit.author.tree import References, walk
from farmsubmit.errors import AuthorError, JobTreeError, did_you_mean

_JOB = table.by_attribute(table.JOB)
_COMMAND = table.by_attribute(table.COMMAND)
# What a grafted Job says of its own tree; all else would change the job that it is grafted into.
_OF_THE_TREE = frozenset({"title", "init", "envkey", "atleast", "minslots", "serialsubtasks", "subtasks"})


def build_plan(job: Job, slots: int) -> Tuple[JobPlan, Tuple[Dropped, ...]]:
    """Return the plan of a job on a machine with so many slots, and what it drops.

    Raises RequiredValueError for what is missing, AuthorError for a live list that holds a wrong item, and
    JobTreeError for tasks that wait for each other or for nothing, or for a job without any task.
    """
    job.required("subtasks")
    return _Planner(unrolled(job), Ground(slots)).plan()


def plan_graft(job: Job, ground: Ground) -> GraftPlan:
    """Return the plan of a job's tree as a graft; it may be empty. Raises as build_plan does."""
    return _Planner(unrolled(job), ground).graft()


class _Tree(NamedTuple):
    """A tree taken apart; ``tops`` are the nodes that a task around the whole of it would wait for."""

    tasks: List[TaskPlan]
    needs: List[List[int]]
    tops: List[int]


class _Planner:
    def __init__(self, job: Job, ground: Ground) -> None:
        self.job = job
        self.ground = ground
        self.losses = Losses()
        self.values = assigned(job.init, ground.values)
        self.atleast = max(vars(job).get("atleast") or vars(job).get("minslots") or ground.atleast, 1)
        self.env: Optional[Dict[str, str]] = None
        self.cids = ground.cid
        self.ids: Dict[str, int] = {}
        self.references: List[Tuple[Element, str]] = []

    def plan(self) -> Tuple[JobPlan, Tuple[Dropped, ...]]:
        self.losses.look(self.job)
        plan = self._settings()
        plan.tasks, plan.needs, _ = self._tree()
        if not plan.tasks:
            raise JobTreeError(f"{self.job.label} has no task to run", "add a Task")
        plan.postscript = self._postscripts()
        plan.cleanup = self._commands(self.job, "cleanup")
        plan.ids = self.ids
        self._refuse_lost_references()
        return plan, self.losses.report()

    def graft(self) -> GraftPlan:
        # Its commands that say nothing have this environment, where there is one, and not that of the running job.
        self.env = self._environment(self.job, _JOB)
        tree = self._tree()
        self._refuse_lost_references()
        return GraftPlan(self.ground.host, self.ground.tid + 1, *tree, self.ids, self.cids, self._told())

    def _told(self) -> List[str]:
        own = vars(self.job)
        ignored = sorted(name for name in own.keys() - _OF_THE_TREE if own[name])
        told = [f"ignored of the grafted {self.job.label}: {', '.join(ignored)}"] if ignored else []
        return told + [
            f"ignored in the graft, {each.option} of {each.where}: {each.reason}" for each in self.losses.report()
        ]

    def _settings(self) -> JobPlan:
        job = self.job
        priority = job.pbias if job.priority is None else job.priority
        return JobPlan(
            title=job.title or "",
            priority=float(priority or 0.0),
            paused=bool(job.paused),
            cwd=job.spoolcwd or "",
            after=self._after(),
            afterjids=list(_checked(job, "afterjids", _JOB) or ()),
            maxactive=max(job.maxactive or 0, 0),
            project=" ".join(_checked(job, "projects", _JOB) or ()) or "default",
            env=self._environment(job, _JOB) or {},
            dirmaps=[(dirmap.src, dirmap.dst, dirmap.zone) for dirmap in vars(job).get("dirmaps", ())],
            atleast=self.atleast,
            values=self.values,
        )

    def _after(self) -> Optional[float]:
        after = self.job.after
        if after is None:
            return None
        try:
            return start_time(after, datetime.now())
        except (ValueError, OverflowError):
            raise AuthorError(self.job.label, "after", after, "a day that exists") from None

    def _tree(self) -> _Tree:
        references = References(self.job)
        references.settle()
        ground = self.ground
        graph = Graph(bool(self.job.serialsubtasks) or ground.serial, ground.tid, ground.elders)
        tasks: List[TaskPlan] = []
        tids: Dict[int, int] = {}
        for element, _, leaving in walk(self.job):
            if isinstance(element, Task):
                if leaving:
                    graph.leave()
                    continue
                tid = tids[id(element)] = ground.tid + len(tasks) + 1
                serial = bool(vars(element).get("serialsubtasks"))
                parent = graph.enter(serial) or ground.host or None
                tasks.append(self._task(element, tid, parent, serial))
            elif isinstance(element, Instance) and not leaving:
                graph.wait_for(self._target(references, element))
        return _Tree(tasks, graph.needs(tids), graph.tops(tids))

    def _task(self, task: Task, tid: int, parent: Optional[int], serial: bool) -> TaskPlan:
        self.losses.look(task)
        name = vars(task).get("id")
        if name is not None and not self.ids.get(name):
            self.ids[name] = tid
        cmds = self._commands(task, "cmds")
        return TaskPlan(tid, task.required("title"), parent, cmds, self._commands(task, "cleanup"), serial)

    def _target(self, references: References, instance: Instance) -> Union[Task, int]:
        """Return the task that an instance waits for, one of the ground as its tid; raise JobTreeError for none."""
        task = references.target(instance)
        if task is not None:
            return task
        name = instance.required("title")
        tid = self.ground.ids.get(name)
        if tid:
            return tid
        known = [*references.by_id, *references.by_title, *self.ground.ids][:1000]
        where = "neither in the graft nor, as an id, in the job around it" if self.ground.host else "not in the job"
        raise JobTreeError(f"an Instance waits for {name!r}, which is {where}", did_you_mean(name, known))

    def _commands(self, owner: Element, block: str) -> List[CommandPlan]:
        found = vars(owner).get(block)
        return [self._command(command, owner, block == "cmds") for command in found] if found else []

    def _postscripts(self) -> List[CommandPlan]:
        """Return the postscripts, and the older one-command forms of them."""
        plans = self._commands(self.job, "postscript")
        for when in ("done", "error", "always"):
            argv = vars(self.job).get(f"when{when}")
            if argv:
                plans.append(self._command(Command(argv=argv, when=when), self.job, False))
        return plans

    def _command(self, command: Any, owner: Element, expands: bool) -> CommandPlan:
        if not isinstance(command, Command):
            raise JobTreeError(f"{command!r} stands among the commands of {owner.label}", "only a Command can")
        self.losses.look(command)
        get = vars(command).get
        command.required("argv")
        argv = _checked(command, "argv", _COMMAND) or ()
        self.cids += 1
        if get("id") is not None:
            self.ids.setdefault(command.id, 0)
        if get("refersto") is not None:
            self.references.append((command, command.refersto))
        plan = CommandPlan(self.cids, [with_values(word, self.values) for word in argv], slots=self._slots(command))
        plan.env = self._environment(command, _COMMAND)
        if plan.env is None:
            plan.env = self.env
        plan.retryrc = list(_checked(command, "retryrc", _COMMAND) or ())
        plan.minrunsecs, plan.maxrunsecs = max(get("minrunsecs") or 0, 0), max(get("maxrunsecs") or 0, 0)
        plan.when = get("when") or "always"
        if get("expand"):
            plan.expand = expands
            if not expands:
                self.losses.note(
                    command, "expand", "only the commands of a task expand it, not cleanup and postscripts"
                )
        if get("msg") is not None:
            plan.msg = with_values(command.msg, self.values)
        return plan

    def _slots(self, command: Command) -> int:
        get = vars(command).get
        slots = self.ground.slots
        wanted = max(get("atleast") or get("minslots") or self.atleast, 1)
        if wanted > slots:
            self.losses.note(command, "atleast", f"this machine has {slots} slots: a command gets no more than these")
        return int(wanted)

    def _environment(self, element: Element, options: Dict[str, Option]) -> Optional[Dict[str, str]]:
        """Return what the ``setenv`` items of an envkey set; None where there is no envkey."""
        items = _checked(element, "envkey", options)
        if items is None:
            return None
        found: Dict[str, str] = {}
        for item in items:
            words = item.split()
            pairs = [word.partition("=") for word in words[1:]]
            if not pairs or words[0] != "setenv" or not all(name and equals for name, equals, _ in pairs):
                self.losses.note(element, "envkey", _why_ignored(words))
                continue
            found.update((name, value) for name, _, value in pairs)
        return found

    def _refuse_lost_references(self) -> None:
        for element, name in self.references:
            if name not in self.ids and name not in self.ground.ids:
                hint = did_you_mean(name, [*self.ids, *self.ground.ids][:1000])
                raise JobTreeError(f"{element.label} refers to {name!r}, which no task of the job has as its id", hint)


def _why_ignored(words: List[str]) -> str:
    """Return why an item of an envkey means nothing here; the values in it may be secret."""
    if words[:1] == ["setenv"]:
        return "a setenv item wants NAME=VALUE, once or more, and no blank in a value"
    return f"only 'setenv NAME=VALUE' items mean something here, not {words[0] if words else 'an empty one'}"


def _checked(element: Element, name: str, options: Dict[str, Option]) -> Optional[Sequence[Any]]:
    """Return a live list, checked again, for scripts append to it; None where it was never set."""
    value = vars(element).get(name)
    if not value:
        return None
    try:
        checked: Sequence[Any] = options[name].kind.check(value)
    except (ValueError, TypeError):
        raise AuthorError(element.label, name, value, options[name].kind.expected) from None
    return checked
