"""What the tasks of a job ask of a template, and which of them are alike enough to be one step."""

from __future__ import annotations

import re
from typing import Any, Dict, FrozenSet, List, NamedTuple, Optional, Sequence, Tuple

from farmsubmit.author.elements import Command, Job, Task
from farmsubmit.author.planning.losses import Losses
from farmsubmit.author.planning.needs import Reach, one_by_one, shortened
from farmsubmit.author.planning.plan import CommandPlan, JobPlan
from farmsubmit.formats._losses import tasks_of
from farmsubmit.formats._openjd_words import Reader, Word
from farmsubmit.lang.servicekey import alternatives, conjuncts, parse, text_of

_DIGITS = re.compile(r"\d+")
_FAMILIES = {
    "linux": "linux",
    "windows": "windows",
    **dict.fromkeys(("macos", "osx", "darwin", "mac"), "macos"),
}


class Action(NamedTuple):
    """A command: its words, its standard input as one word, and all variables that it gets beside the worker's."""

    words: Tuple[Word, ...]
    message: Optional[Word]
    env: Tuple[Tuple[str, str], ...]

    @property
    def every_word(self) -> Tuple[Word, ...]:
        """The words, with the standard input as the last one."""
        return self.words if self.message is None else (*self.words, self.message)


class Needs(NamedTuple):
    """What a task needs of a host: one of these families of systems, so many CPUs, and seconds (0: no limit)."""

    families: Tuple[str, ...] = ()
    cpus: int = 1
    timeout: int = 0


class Work(NamedTuple):
    """A task with something to run; ``waits`` are the tids of those that must be done before."""

    tid: int
    title: str
    parent: Optional[int]
    actions: Tuple[Action, ...]
    needs: Needs
    waits: FrozenSet[int]

    @property
    def likeness(self) -> Tuple[Any, ...]:
        """What tasks of one step have in common; their words differ in texts and paths only."""
        shapes = tuple(
            (each.words[0], tuple(tuple(part.kind for part in word) for word in each.every_word), each.env)
            for each in self.actions
        )
        return self.parent, _DIGITS.sub("#", self.title), self.waits, self.needs, shapes


def work_of(job: Job, plan: JobPlan, losses: Losses) -> List[Work]:
    """Return the tasks that run anything, in an order in which none waits for a later one.

    The job has no Iterate any more. Raises FarmsubmitError for a command that only a farm can run.
    """
    return _Gatherer(job, plan, losses).work()


class _Gatherer:
    def __init__(self, job: Job, plan: JobPlan, losses: Losses) -> None:
        self.job, self.plan, self.losses = job, plan, losses
        self.reader = Reader(plan.ids)
        self.families: Dict[str, Tuple[Tuple[str, ...], str]] = {}

    def work(self) -> List[Work]:
        plan = self.plan
        tasks = tasks_of(self.job)
        sent = {task.tid for task in plan.tasks if task.cmds}
        reach = Reach(shortened(plan.needs), sent)
        found: List[Work] = []
        for tid in one_by_one(plan.needs, len(plan.tasks)):
            if tid in sent:
                task, element = plan.tasks[tid - 1], tasks[tid - 1]
                needs = self._needs(element, vars(element)["cmds"], task.cmds)
                actions = self._actions(task.cmds, tid)
                found.append(Work(tid, task.title, task.parent, actions, needs, reach.of_task(tid)))
        found += self._when_done(frozenset(sent))
        for problem in self.reader.told.values():
            self.losses.note(self.job, "argv", problem)
        return found

    def _when_done(self, sent: FrozenSet[int]) -> List[Work]:
        """Return what runs after all others: the postscripts of a job that is done."""
        commands = [command for command in self.plan.postscript if command.when == "done"]
        if len(commands) < len(self.plan.postscript):
            self.losses.note(self.job, "postscript", "a template has no word for what runs also after a failure")
        if not commands:
            return []
        needs = Needs(timeout=commands[0].maxrunsecs if len(commands) == 1 else 0)
        return [Work(0, "when done", 0, self._actions(commands, 0), needs, sent)]

    def _actions(self, commands: Sequence[CommandPlan], tid: int) -> Tuple[Action, ...]:
        return tuple(self._action(command, tid) for command in commands)

    def _action(self, command: CommandPlan, tid: int) -> Action:
        words = tuple(self.reader.argv(command, tid))
        message = self.reader.word(command.msg, command, tid) if command.msg else None
        env = self.plan.env if command.env is None else command.env
        return Action(words, message, tuple(env.items()))

    def _needs(self, task: Task, commands: Sequence[Command], plans: Sequence[CommandPlan]) -> Needs:
        texts = dict.fromkeys((self.job.service or "", *(vars(each).get("service") or "" for each in commands)))
        wanted: Optional[Tuple[str, ...]] = None
        for text in filter(None, texts):
            families, rest = self._asked(text)
            if rest:
                self.losses.note(task, "service", f"{rest} is not looked at: a template knows operating systems only")
            if families:
                wanted = families if wanted is None else tuple(each for each in wanted if each in families)
        if wanted == ():
            self.losses.note(task, "service", "its commands ask for several systems at once: none is looked at")
        timeout = plans[0].maxrunsecs if len(plans) == 1 else 0
        if not timeout and any(plan.maxrunsecs for plan in plans):
            self.losses.note(task, "maxrunsecs", "a step of several commands cannot limit each of them")
        return Needs(wanted or (), max(plan.slots for plan in plans), timeout)

    def _asked(self, text: str) -> Tuple[Tuple[str, ...], str]:
        """Return the systems that an expression asks for, and the rest of it; none and all where they contradict."""
        found = self.families.get(text)
        if found is None:
            found = self.families[text] = _systems(text)
        return found


def _systems(text: str) -> Tuple[Tuple[str, ...], str]:
    if not parse(text).text.strip():
        return (), ""
    wanted: Optional[List[str]] = None
    rest: List[str] = []
    for part in conjuncts(text):
        families = [_FAMILIES.get(name.casefold(), "") for name in alternatives(part)]
        if not families or not all(families):
            rest.append(text_of(text, part))
        elif wanted is None:
            wanted = list(dict.fromkeys(families))
        else:
            wanted = [each for each in wanted if each in families]
    return ((), text) if wanted == [] else (tuple(wanted or ()), " && ".join(rest))
