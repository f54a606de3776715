"""Iterate written out: a job whose templates stand there once for each value.

Tasks of a template become siblings where the Iterate stood, in the order of the values. Source: Tractor's Iterate
operator. Where an Iterate also has subtasks, which run before its template, two groups in series stand for it.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Type

from farmsubmit.author.elements import Command, Element, Instance, Iterate, Job, Task, children
from farmsubmit.author.planning.variables import with_values
from farmsubmit.author.tree import walk
from farmsubmit.errors import AuthorError, JobTreeError

MOST_TASKS = 1_000_000
_DEEPEST_TEMPLATE = 50
_keep = object.__setattr__


def unrolled(job: Job) -> Job:
    """Return the job itself where it has no Iterate, else a copy in which each is written out.

    Raises JobTreeError for a task inside itself, templates more than 50 deep and more than a million tasks;
    AuthorError for a step of 0; RequiredValueError for bounds that are missing.
    """
    if not any(isinstance(element, Iterate) for element, _, _ in walk(job)):
        return job
    copy = Job()
    for name, value in vars(job).items():
        _keep(copy, name, [] if name == "subtasks" else value)
    _Unroller().fill(job, copy)
    return copy


class _Scope:
    """The values of one round of an Iterate, and the copies of tasks made in it."""

    def __init__(self, values: Mapping[str, str], outer: Optional[_Scope] = None) -> None:
        self.values = values
        self.outer = outer
        self.depth: int = outer.depth + 1 if outer else 0
        self.copies: Dict[int, Task] = {}

    def copy_of(self, task: Task) -> Optional[Task]:
        scope: Optional[_Scope] = self
        while scope is not None:
            if id(task) in scope.copies:
                return scope.copies[id(task)]
            scope = scope.outer
        return None


class _Unroller:
    def __init__(self) -> None:
        self.count = 0
        self.todo: List[Tuple[Sequence[Any], Element, _Scope]] = []
        self.instances: List[Tuple[Instance, _Scope]] = []

    def fill(self, job: Job, copy: Job) -> None:
        self.todo.append((children(job), copy, _Scope({})))
        while self.todo:
            source, into, scope = self.todo.pop()
            for child in source:
                self._child(child, into, scope)
        for instance, scope in self.instances:
            target = instance.target and scope.copy_of(instance.target)
            if target is not None:
                _keep(instance, "target", target)

    def _child(self, child: Any, into: Any, scope: _Scope) -> None:
        self._counted(child)
        if isinstance(child, Iterate):
            self._iterate(child, into, scope)
        elif isinstance(child, Task):
            self._task(child, into, scope)
        elif isinstance(child, Instance):
            instance = _copied(child, scope.values)
            self.instances.append((instance, scope))
            into.subtasks.append(instance)
        else:
            raise JobTreeError(f"{child!r} stands in a template", "only Task, Instance and Iterate can")

    def _counted(self, element: Any) -> None:
        self.count += 1
        if self.count > MOST_TASKS:
            raise JobTreeError(f"{element!r} makes this a job of more than {MOST_TASKS:,} tasks", "make several jobs")

    def _task(self, task: Task, into: Any, scope: _Scope) -> None:
        known = scope.copy_of(task)
        if known is not None:
            into.subtasks.append(Instance.of(known))
            return
        copy = _copied(task, scope.values)
        _keep(copy, "parent", into)
        scope.copies[id(task)] = copy
        into.subtasks.append(copy)
        if children(task):
            self.todo.append((children(task), copy, scope))

    def _iterate(self, iterate: Iterate, into: Any, scope: _Scope) -> None:
        if scope.depth >= _DEEPEST_TEMPLATE:
            raise JobTreeError(f"{iterate.label} stands more than {_DEEPEST_TEMPLATE} templates deep")
        if children(iterate):
            into = self._in_series(iterate, into, scope)
        name, template = iterate.required("varname"), iterate.required("template")
        for value in _values(iterate):
            self._counted(iterate)
            round_ = _Scope({**scope.values, name: str(value)}, scope)
            for child in template:
                self._child(child, into, round_)

    def _in_series(self, iterate: Iterate, into: Any, scope: _Scope) -> Task:
        """Put the subtasks of an Iterate into a group before that of its template, and return the latter."""
        both = Task(title=iterate.label, serialsubtasks=True)
        into.subtasks.append(both)
        first = both.newTask(title=f"{iterate.label}: first")
        self.todo.append((children(iterate), first, scope))
        return both.newTask(title=f"{iterate.label}: each value")


def _values(iterate: Iterate) -> range:
    first, last = iterate.required("frm"), iterate.required("to")
    step = 1 if iterate.by is None else iterate.by
    if step == 0:
        raise AuthorError(iterate.label, "by", step, "a step other than 0")
    return range(first, last + (1 if step > 0 else -1), step)


def _copied(element: Any, values: Mapping[str, str]) -> Any:
    """Return a copy of a task, instance or command with the values put in, and no children yet."""
    kind: Type[Any] = type(element)
    copy = object.__new__(kind)
    for name, value in vars(element).items():
        _keep(copy, name, [] if name == "subtasks" else _with_values(value, values))
    return copy


def _with_values(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return with_values(value, values)
    if not isinstance(value, list):
        return value
    return [_copied(item, values) if isinstance(item, Command) else _with_values(item, values) for item in value]
