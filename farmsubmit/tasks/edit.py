"""A finished job changed before it is sent: attributes by predicate, several jobs in one tree, waits for a graft."""

from __future__ import annotations

from itertools import count
from typing import Any, Callable, Dict, List, NamedTuple, Sequence, Tuple, Union

from farmsubmit.author.elements import Command, Instance, Job, Parent, Task, children
from farmsubmit.author.tree import walk
from farmsubmit.errors import FarmsubmitError, JobTreeError, UnknownAttributeError
from farmsubmit.formats.jobjson import from_json, to_json
from farmsubmit.lang.servicekey import both
from farmsubmit.tasks.nodes import Node, add_to, compact

#: True for every element, False for none, or asked for each.
Predicate = Union[bool, Callable[[Any], Any]]
#: Jobs, in lists that run in parallel and tuples that run in series, nested.
Jobs = Union[Job, Sequence[Any]]

_MOST_LEVELS = 200


def modify_tasks(job: Job, predicate: Predicate, attribute: str, value: Any) -> int:
    """Set an attribute of all tasks that fit, and return how many; see modify_commands."""
    return _modify((element for element, _, leaving in walk(job) if not leaving), Task, predicate, attribute, value)


def modify_commands(job: Job, predicate: Predicate, attribute: str, value: Any) -> int:
    """Set an attribute of all commands of tasks that fit, and return how many.

    ``predicate`` is True, False, or a callable that gets the command; so may ``value`` be. Nothing is changed where
    one of them fails. Raises UnknownAttributeError, and AuthorError for a value of the wrong kind.
    """
    return _modify(commands_of(job), Command, predicate, attribute, value)


def commands_of(job: Job) -> List[Command]:
    """Return the commands of all tasks in script order, without cleanups and postscripts."""
    tasks = (element for element, _, leaving in walk(job) if not leaving and isinstance(element, Task))
    return [command for task in tasks for command in vars(task).get("cmds", ())]


def _modify(elements: Any, kind: type, predicate: Predicate, attribute: str, value: Any) -> int:
    known = kind.attributes()  # type: ignore[attr-defined]
    if attribute not in known:
        raise UnknownAttributeError(kind.__name__, attribute, known)
    chosen: List[Any] = [element for element in elements if isinstance(element, kind) and _fits(predicate, element)]
    values = [value(element) if callable(value) else value for element in chosen]
    for element, new in zip(chosen, values):
        # Each its own list, so that a later change of one does not reach the others.
        setattr(element, attribute, list(new) if isinstance(new, list) else new)
    return len(chosen)


def _fits(predicate: Predicate, element: Any) -> bool:
    return bool(predicate(element)) if callable(predicate) else bool(predicate)


# --- several jobs in one


class Folded(NamedTuple):
    """The one job, and what of the others it could not take along, in words."""

    job: Job
    notes: Tuple[str, ...] = ()


#: What a job says for its commands, which go to the commands themselves, and what is joined.
_CARRIED = ("service", "tags", "envkey", "dirmaps", "subtasks", "serialsubtasks", "title", "cleanup", "init")
_SLOTS = ("atleast", "atmost", "minslots", "maxslots", "samehost")


def fold(jobs: Jobs, **attributes: Any) -> Folded:
    """Return one job that holds the trees of several; the given jobs stay as they are.

    A list runs them in parallel, a tuple one after the other; they nest. Each job's service, tags, envkey and slots
    go to its commands, its cleanup to its task, its directory maps and variables to the new job. What only a job can
    say, such as priority or postscripts, is left to ``attributes`` and listed in the notes. Raises JobTreeError where
    two jobs use the same id for a task, or give a variable different values.
    """
    folder = _Folder()
    root = folder.fold(jobs)
    job = Job(**{"title": ", ".join(folder.titles), **attributes})
    compact(folder.made)
    add_to(job, root)
    for dirmap in folder.dirmaps:
        job.dirmaps.append(dirmap)
    for name, (value, _) in folder.assigned.items():
        job.newAssign(name, value)
    return Folded(job, tuple(folder.notes))


class _Folder:
    def __init__(self) -> None:
        self.made: List[Node] = []
        self.titles: List[str] = []
        self.dirmaps: Dict[Any, None] = {}
        #: The value of each variable, and the job that has set it first.
        self.assigned: Dict[str, Tuple[str, str]] = {}
        self.notes: Dict[str, None] = {}
        self._ids: Dict[str, str] = {}

    def fold(self, jobs: Jobs) -> Node:
        root = self._new(Node())
        left: List[Tuple[Node, Any, int]] = [(root, jobs, 0)]
        while left:
            node, what, level = left.pop()
            if isinstance(what, Job):
                self._take(node, what)
                continue
            if not isinstance(what, (list, tuple)) or level > _MOST_LEVELS:
                raise FarmsubmitError(f"{type(what).__name__} is no job", "fold takes jobs, in lists and tuples")
            node.serial = isinstance(what, tuple)
            below = [(self._new(node.new_child()), part, level + 1) for part in what]
            left += reversed(below)
        return root

    def _new(self, node: Node) -> Node:
        self.made.append(node)
        return node

    def _take(self, node: Node, original: Job) -> None:
        job = from_json(to_json(original))
        title = job.title or "job"
        self.titles.append(title)
        node.title, node.named, node.tree = title, True, job
        self.dirmaps.update(dict.fromkeys(vars(job).get("dirmaps", ())))
        self._note_lost(job, title)
        self._hand_down(job)
        self._take_variables(job, title)
        for element, _, leaving in walk(job):
            name = vars(element).get("id")
            if name is not None and not leaving and self._ids.setdefault(name, title) != title:
                raise JobTreeError(f"{self._ids[name]} and {title} both have a task with the id {name!r}")

    def _take_variables(self, job: Job, title: str) -> None:
        for assign in vars(job).get("init", ()):
            value, first = self.assigned.setdefault(assign.name, (assign.value, title))
            if value != assign.value:
                raise JobTreeError(f"{first} and {title} give the variable {assign.name!r} different values")

    def _note_lost(self, job: Job, title: str) -> None:
        lost = [name for name, value in vars(job).items() if value and name not in (*_CARRIED, *_SLOTS)]
        if lost:
            self.notes[f"{title}: {', '.join(sorted(lost))} of that job alone cannot be said in a common tree"] = None

    def _hand_down(self, job: Job) -> None:
        own = vars(job)
        for command in commands_of(job):
            mine = vars(command)
            if own.get("service"):
                command.service = both(own["service"], mine.get("service") or "")
            if own.get("tags"):
                command.tags = list(dict.fromkeys([*mine.get("tags", ()), *own["tags"]]))
            for name in ("envkey", *_SLOTS):
                if own.get(name) and not mine.get(name):
                    setattr(command, name, own[name])


# --- waits for a graft


def serial_by_instances(job: Job, prefix: str) -> None:
    """Say the order of serial tasks by Instances too, for a tree that is grafted into a running job.

    Each task without children waits for the elder sibling of its nearest serial level. ``prefix`` begins the ids that
    are made for that; it must be another one for each graft, as the running job keeps them all. Source: jobtronaut,
    which found ``serialsubtasks`` not respected in trees that ``TR_EXPAND_CHUNK`` adds.
    """
    made = count(1)
    elders: List[Any] = [None]
    levels: List[Parent] = [job]
    for element, _, leaving in list(walk(job)):
        if isinstance(element, Job) or not isinstance(element, Task):
            continue
        if leaving:
            levels.pop()
            elders.pop()
            if vars(levels[-1]).get("serialsubtasks"):
                elders[-1] = element
            continue
        if elders[-1] is not None and not children(element):
            if vars(elders[-1]).get("id") is None:
                elders[-1].id = f"{prefix}.{next(made)}"
            element.subtasks.append(Instance(title=elders[-1].id))
        levels.append(element)
        elders.append(elders[-1])
