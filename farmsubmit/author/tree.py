"""Walking a job's tree in script order, without recursion, and finding what can never run.

A Task object that is met a second time is one task and an Instance of it, whether addChild or a plain
``subtasks.append`` put it there. Everything that shows, writes or runs a job walks it here.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

from farmsubmit.author.elements import Element, Instance, Iterate, Job, Task, children
from farmsubmit.errors import JobTreeError
from farmsubmit.pace import Cancelled, in_steps, never

#: A step of the walk: the element, its depth, and whether this is the step out of it again, after its children.
Step = Tuple[Element, int, bool]


def walk(job: Job) -> Iterator[Step]:
    """Yield a step into and a step out of each task, instance and iterate of the job, in script order.

    Depth 0 is a child of the job. Raises JobTreeError for a task inside itself.
    """
    seen: Set[int] = set()
    stack: List[Tuple[Optional[Element], Iterator[Any]]] = [(None, iter(children(job)))]
    while stack:
        parent, rest = stack[-1]
        depth = len(stack) - 1
        for child in rest:
            if type(child) is Task and id(child) not in seen:
                seen.add(id(child))
                element: Element = child
            else:
                element = _unusual(child, seen, stack)
            yield element, depth, False
            below = children(element)
            if below:
                stack.append((element, iter(below)))
                break
            yield element, depth, True
        else:
            stack.pop()
            if parent is not None:
                yield parent, depth - 1, True


def _unusual(child: Any, seen: Set[int], stack: List[Tuple[Optional[Element], Iterator[Any]]]) -> Element:
    """Return the element to walk for a child that is not a Task met for the first time."""
    if not isinstance(child, Task):
        if isinstance(child, (Instance, Iterate)):
            return child
        raise JobTreeError(f"{child!r} stands in the tree", "only Task, Instance and Iterate can")
    if id(child) not in seen:
        seen.add(id(child))
        return child
    line = [element for element, _ in stack if element is not None]
    for place, element in enumerate(line):
        if element is child:
            raise _cycle([*line[place:], child])
    return Instance.of(child)


class References:
    """Who refers to whom: the tasks of a job by id and title, and names for shared tasks that have none.

    Raises JobTreeError for a task inside itself, and Stopped once ``cancelled`` is true.
    """

    def __init__(self, job: Job, cancelled: Cancelled = never) -> None:
        self.job = job
        self.by_id: Dict[str, Task] = {}
        self.by_title: Dict[str, Task] = {}
        self._names: Dict[int, str] = {}
        instances: List[Instance] = []
        tasks: Set[int] = set()
        for element, _, leaving in in_steps(walk(job), cancelled):
            if leaving:
                continue
            if isinstance(element, Instance):
                instances.append(element)
            elif isinstance(element, Task):
                self._note(element)
                tasks.add(id(element))
        self.instances = instances
        self._tasks = tasks

    def _note(self, task: Task) -> None:
        attributes = vars(task)
        name = attributes.get("id")
        if name is not None:
            self.by_id.setdefault(name, task)
        title = attributes.get("title")
        if title is not None:
            self.by_title.setdefault(title, task)

    def target(self, instance: Instance) -> Optional[Task]:
        """Return the task that an instance waits for, by id first, then by title; None where there is none."""
        if instance.target is not None:
            return instance.target if id(instance.target) in self._tasks else None
        name = instance.title
        return self.by_id.get(name) or self.by_title.get(name)

    def name(self, task: Task) -> Optional[str]:
        """Return the id to write for a task: its own, or a made one where only an instance knows it."""
        own = vars(task).get("id")
        return str(own) if own is not None else self._names.get(id(task))

    def settle(self) -> None:
        """Give each shared task without an id the next free one, in script order, so the same job is written alike.

        Raises JobTreeError for an instance that can never run: of a task that is not in the job, or in a cycle.
        """
        number = 0
        for instance in self.instances:
            task = instance.target
            if task is None or self.name(task) is not None:
                continue
            number += 1
            while f"shared.{number}" in self.by_id:
                number += 1
            self._names[id(task)] = f"shared.{number}"
        if self.instances:
            self._refuse_endless()

    def _refuse_endless(self) -> None:
        for instance in self.instances:
            if instance.target is not None and self.target(instance) is None:
                raise _lost(instance.target)
        cycle = find_cycle(self)
        if cycle:
            raise _cycle(cycle)


class _Moment(NamedTuple):
    """The start or the end of an element, as a node of the graph of who waits for whom."""

    element: Element
    ended: bool

    @property
    def key(self) -> Tuple[int, bool]:
        return id(self.element), self.ended


def find_cycle(references: References) -> List[Element]:
    """Return the elements of a cycle, first and last the same, or an empty list.

    An element ends after its children; an instance after its task; nothing starts before its parent may, nor, under
    a serial parent, before its elder sibling has ended.
    """
    parents, elders = _places(references.job)
    done: Set[Tuple[int, bool]] = set()
    path: List[_Moment] = []
    on_path: Set[Tuple[int, bool]] = set()
    stack: List[Iterator[_Moment]] = [iter([_Moment(references.job, True)])]
    while stack:
        moment = next(stack[-1], None)
        if moment is None:
            stack.pop()
            if path:
                on_path.discard(path[-1].key)
                done.add(path.pop().key)
        elif moment.key in on_path:
            return _loop(path, moment)
        elif moment.key not in done:
            path.append(moment)
            on_path.add(moment.key)
            stack.append(_waits_for(moment, references, parents, elders))
    return []


def _waits_for(
    moment: _Moment, references: References, parents: Dict[int, Element], elders: Dict[int, Element]
) -> Iterator[_Moment]:
    element = moment.element
    if not moment.ended:
        if id(element) in parents:
            yield _Moment(parents[id(element)], False)
        if id(element) in elders:
            yield _Moment(elders[id(element)], True)
        return
    yield _Moment(element, False)
    if isinstance(element, Instance):
        task = references.target(element)
        if task is not None:
            yield _Moment(task, True)
        return
    for child in children(element):
        yield _Moment(child, True)


def _places(job: Job) -> Tuple[Dict[int, Element], Dict[int, Element]]:
    """Return the parent of each element, and the elder sibling that a child of a serial parent waits for."""
    parents: Dict[int, Element] = {}
    elders: Dict[int, Element] = {}
    above: List[Element] = [job]
    above.extend(element for element, _, leaving in walk(job) if not leaving and children(element))
    for parent in above:
        siblings = children(parent)
        for child in siblings:
            parents.setdefault(id(child), parent)
        if vars(parent).get("serialsubtasks"):
            elders.update((id(later), earlier) for earlier, later in zip(siblings, siblings[1:]))
    return parents, elders


def _loop(path: List[_Moment], again: _Moment) -> List[Element]:
    first = next(place for place, moment in enumerate(path) if moment.key == again.key)
    loop: List[Element] = []
    for moment in [*path[first:], again]:
        if not loop or loop[-1] is not moment.element:
            loop.append(moment.element)
    return loop


def _lost(task: Task) -> JobTreeError:
    """Return the error for an instance whose task the job does not hold: often a circle that the job lost."""
    line: List[Element] = [task]
    parent = task.parent
    while parent is not None and not isinstance(parent, Job) and parent is not task and len(line) < 10_000:
        line.append(parent)
        parent = vars(parent).get("parent")
    if parent is task:
        return _cycle([task, *reversed(line)])
    return JobTreeError(f"an Instance waits for {task.label}, which is not in the job", "add the task itself too")


def _cycle(elements: List[Element]) -> JobTreeError:
    titles = [
        str(vars(element).get("title") or element.label) for element in elements if not isinstance(element, Instance)
    ]
    if len(titles) > 12:
        titles = [*titles[:6], "…", *titles[-5:]]
    return JobTreeError("these tasks wait for each other: " + " → ".join(titles), "a task cannot run before itself")
