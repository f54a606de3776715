"""The shape of a job's tree in flat arrays: who stands where, below whom, and how many commands are there.

A place is an offset in script order, from 0; the job itself is the place -1. The arrays hold no task, only a list of
references to them, so a million tasks cost some 16 MB. They are filled a few hundred tasks at a time, between events.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from typing import Any, Dict, Iterable, Iterator, List, Sequence, Tuple

from farmsubmit.author.elements import Element, Instance, Iterate, Job, Task
from farmsubmit.author.tree import walk
from farmsubmit.errors import JobTreeError

JOB = -1
_DEEPEST_TEMPLATE = 50
#: How many elements are looked at before others may have a turn: about a millisecond.
_SOME = 500


_get = object.__getattribute__


def attribute(element: Element, name: str) -> Any:
    """Return an attribute of an element, None where it was never set.

    For going through all tasks of a job: ``vars()`` would leave a dict behind for each, which some Pythons keep and the
    garbage collector then looks through; asking the element itself would make it an empty list.
    """
    try:
        return _get(element, name)
    except AttributeError:
        return None


def below(element: Element) -> Sequence[Any]:
    """Return what stands directly below an element, without making a list for a leaf; a template comes first."""
    values = vars(element)
    template = values.get("template")
    children: Sequence[Any] = values.get("subtasks", ())
    return [*template, *children] if template else children


class Shape:
    """The arrays; ``elements`` are in script order, an element that is met again stands in it as an Instance.

    ``tasks``, ``instances`` and ``iterates`` are how many there are of each. ``is_shared`` says that some Task was met
    twice, so that ``below`` does not tell everything.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.elements: List[Element] = []
        self.parents = array("i")
        self.instances: List[int] = []
        self.iterates = 0
        self.is_shared = False
        # How many commands there are before each place, so that a sum over a subtree is one subtraction.
        self._commands = array("i", [0])
        # Only of those that have any below: where the subtree ends, and how many are directly below.
        self._ends: Dict[int, int] = {}
        self._widths: Dict[int, int] = {}

    def __len__(self) -> int:
        return len(self.elements)

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return len(self.elements) - len(self.instances) - self.iterates

    @property
    def commands(self) -> int:
        """How many commands the tasks have; those of a template count once."""
        return self._commands[-1]

    def element(self, place: int) -> Element:
        """Return the element of a place."""
        return self.elements[place] if place >= 0 else self.job

    def end(self, place: int) -> int:
        """Return the first place behind a subtree."""
        return self._ends.get(place, place + 1)

    def own_commands(self, place: int) -> int:
        """Return how many commands a task has itself."""
        return self._commands[place + 1] - self._commands[place] if place >= 0 else 0

    def total_commands(self, place: int) -> int:
        """Return how many commands a subtree has."""
        return self._commands[self.end(place)] - self._commands[max(place, 0)]

    def has_children(self, place: int) -> bool:
        """Tell whether anything stands below a place."""
        return place in self._ends

    def children(self, place: int) -> Sequence[int]:
        """Return the places directly below one; where they are leaves only, that is a range."""
        width, end = self._widths.get(place, 0), self.end(place)
        if end - place - 1 == width:
            return range(place + 1, end)
        found = array("i")
        child = place + 1
        while child < end:
            found.append(child)
            child = self._ends.get(child, child + 1)
        return found

    def widths(self) -> Iterable[int]:
        """Return how many children each parent has, those of the job among them."""
        return self._widths.values()

    def row(self, place: int) -> int:
        """Return which child of its parent a place is, from 0."""
        return bisect_left(self.children(self.parents[place]), place)

    def path(self, place: int) -> List[int]:
        """Return the places from the top down to one, it included."""
        line = []
        while place != JOB:
            line.append(place)
            place = self.parents[place]
        return line[::-1]

    def levels(self) -> array[int]:
        """Return how many there are on each level, the tasks directly below the job first."""
        depths, counts = array("i"), array("i")
        for parent in self.parents:
            depth = depths[parent] + 1 if parent >= 0 else 0
            depths.append(depth)
            if depth == len(counts):
                counts.append(0)
            counts[depth] += 1
        return counts

    def add(self, element: Element, parent: int) -> int:
        """Add the next element in script order, and return its place."""
        place = len(self.elements)
        self.elements.append(element)
        self.parents.append(parent)
        commands = attribute(element, "cmds")
        self._commands.append(self._commands[-1] + (len(commands) if commands else 0))
        return place

    def close(self, place: int, width: int) -> None:
        """Say that all that stands below a place has been added, ``width`` of it directly below."""
        if width:
            self._ends[place] = len(self.elements)
            self._widths[place] = width


class _SharedError(Exception):
    """A Task stands where it may not be met for the first time."""


def scan(job: Job) -> Iterator[Shape]:
    """Yield the shape of a job again and again while it grows; the last one is whole.

    Raises JobTreeError for a task inside itself, and for templates that stand more than 50 deep.
    """
    shape = Shape(job)
    try:
        for _ in _plain_scan(shape):
            yield shape
    except _SharedError:
        shape = Shape(job)
        shape.is_shared = True
        for _ in _careful_scan(shape):
            yield shape
    yield shape


def _plain_scan(shape: Shape) -> Iterator[None]:
    """Fill the shape of a tree in which each task knows its parent and so stands in one place only.

    That is how newTask, addChild and the readers of files make it; for anything else _SharedError is raised.
    """
    top = below(shape.job)
    yield from _refuse_repeats(top)
    stack: List[Tuple[int, Element, Sequence[Any], Iterator[Any]]] = [(JOB, shape.job, top, iter(top))]
    while stack:
        parent, owner, siblings, rest = stack[-1]
        for child in rest:
            if type(child) is not Task or child.parent is not owner:
                _add_instance(shape, child, parent)
                continue
            place = shape.add(child, parent)
            if not place % _SOME:
                yield
            children = attribute(child, "subtasks")
            if not children:
                continue
            yield from _refuse_repeats(children)
            stack.append((place, child, children, iter(children)))
            break
        else:
            stack.pop()
            shape.close(parent, len(siblings))


def _add_instance(shape: Shape, child: Any, parent: int) -> None:
    if not isinstance(child, Instance):
        raise _SharedError
    shape.instances.append(shape.add(child, parent))


def _refuse_repeats(children: Sequence[Any]) -> Iterator[None]:
    """Raise _SharedError where an element stands twice below another; of many that takes a while, too."""
    seen = set(map(id, children[:_SOME]))
    for start in range(_SOME, len(children), _SOME):
        yield
        seen.update(map(id, children[start : start + _SOME]))
    if len(seen) != len(children):
        raise _SharedError


class _Careful:
    """Adds what a walk meets; ``path`` are the places from the top down to the last element."""

    def __init__(self, shape: Shape, parent: int) -> None:
        self.shape = shape
        self.parent = parent
        self.path: List[int] = []
        self.widths: Dict[int, int] = {}

    def step(self, element: Element, depth: int, leaving: bool) -> int:
        """Take one step of a walk, and return the place of the element."""
        if leaving:
            place = self.path.pop()
            self.shape.close(place, self.widths.pop(place, 0))
            return place
        parent = self.path[-1] if depth else self.parent
        place = self.shape.add(element, parent)
        self.widths[parent] = self.widths.get(parent, 0) + 1
        self.path.append(place)
        if isinstance(element, Instance):
            self.shape.instances.append(place)
        elif isinstance(element, Iterate):
            self.shape.iterates += 1
        return place


def _careful_scan(shape: Shape) -> Iterator[None]:
    """Fill the shape of any tree, by the walk that also writes it; templates stand below their Iterate."""
    walks = [(_Careful(shape, JOB), walk(shape.job))]
    while walks:
        adding, steps = walks[-1]
        for element, depth, leaving in steps:
            place = adding.step(element, depth, leaving)
            if not place % _SOME:
                yield
            template = None if leaving else attribute(element, "template")
            if template:
                walks.append((_Careful(shape, place), _walk_template(element, template, len(walks))))
                break
        else:
            walks.pop()
            width = adding.widths.get(adding.parent, 0)
            if walks:
                above = walks[-1][0].widths
                above[adding.parent] = above.get(adding.parent, 0) + width
            else:
                shape.close(JOB, width)


def _walk_template(iterate: Element, template: List[Any], templates: int) -> Iterator[Any]:
    if templates > _DEEPEST_TEMPLATE:
        raise JobTreeError(f"{iterate.label} stands more than {_DEEPEST_TEMPLATE} templates deep")
    holder = Job()
    holder.subtasks.extend(template)
    return walk(holder)
