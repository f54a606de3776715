"""The outline of a job: one flat list of rows in script order, which every view of the tree reads.

A row knows its parent, where its subtree ends, and what it waits for, so a view needs neither recursion nor a second
look at the job. Children run before their parent's commands: the tree runs bottom up.
Source: Tractor's operator pages, "Task" (subtasks, serialsubtasks), "Instance" and "Iterate".
"""

from __future__ import annotations

import enum
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Dict, Iterator, List, NamedTuple, Sequence, Tuple

from farmsubmit.author.elements import Element, Instance, Iterate, Job, Task
from farmsubmit.author.tree import References, Step, walk
from farmsubmit.errors import JobTreeError

_DEEPEST_TEMPLATE = 50
_NOWHERE = -1


class RowKind(enum.Enum):
    """What a row stands for."""

    TASK = "task"
    INSTANCE = "instance"
    ITERATE = "iterate"


class CommandLine(NamedTuple):
    """A command: its launch expression, its own service ("" is none), and whether the spooling host runs it."""

    argv: Tuple[str, ...]
    service: str
    local: bool


class Row(NamedTuple):
    """One task, instance or iterate; places are offsets in ``Outline.rows``, and -1 is nowhere.

    ``place`` is the row's own, ``parent`` that of its parent (-1: the job), ``end`` the first behind its subtree.
    ``depth`` is 0 below the job. ``title`` of an instance is that of the task it waits for, or the reference as written
    when there is no such task. ``service`` is the task's own or its first command's; "" inherits the job's.
    ``children`` counts those directly below, ``total_commands`` all commands of the subtree, cleanup left out.
    ``after`` is the task that a serial parent, or a serial one further up, lets end first; ``target`` the task that an
    instance waits for. ``element`` is the live element of the job; the tasks of a template stand below their Iterate.
    """

    place: int
    parent: int
    depth: int
    end: int
    kind: RowKind
    title: str
    id: str
    serial: bool
    service: str
    children: int
    commands: Tuple[CommandLine, ...]
    total_commands: int
    after: int
    target: int
    element: Element


@dataclass(frozen=True)
class Outline:
    """The rows of a job in script order, and its totals as written: a template of an Iterate counts once.

    ``depth`` is the number of levels, ``width`` the number of rows on the fullest one.
    """

    rows: Tuple[Row, ...]
    tasks: int
    instances: int
    commands: int
    depth: int
    width: int

    def children(self, row: Row) -> Iterator[Row]:
        """Yield the rows directly below a row."""
        return self._siblings(row.place + 1, row.end)

    def roots(self) -> Iterator[Row]:
        """Yield the rows directly below the job."""
        return self._siblings(0, len(self.rows))

    def _siblings(self, place: int, end: int) -> Iterator[Row]:
        while place < end:
            yield self.rows[place]
            place = self.rows[place].end

    def waits(self, row: Row) -> str:
        """Return what a row waits for in a few words: ``after 3`` (children), ``after beauty``, or ``ready``."""
        parts = [str(row.children)] if row.children else []
        if row.target != _NOWHERE:
            parts.append(self.rows[row.target].title)
        if row.after != _NOWHERE:
            parts.append(self.rows[row.after].title)
        return f"after {' and '.join(parts)}" if parts else "ready"

    @property
    def summary(self) -> str:
        """The totals in one line, such as ``37 tasks · 1 instance · 41 commands · runs bottom up``."""
        parts = [counted(self.tasks, "task")]
        if self.instances:
            parts.append(counted(self.instances, "instance"))
        return " · ".join([*parts, counted(self.commands, "command"), "runs bottom up"])

    @cached_property
    def critical_path(self) -> int:
        """The most tasks with commands that must run one after another; 0 where tasks wait for each other."""
        return _longest_line(self.rows)


def counted(number: int, word: str) -> str:
    """Return ``1 task`` or ``1,000 tasks``."""
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def outline(job: Job) -> Outline:
    """Return the outline of a job in linear time; the job is not changed.

    A job that is not finished yet is shown as far as it goes. Raises JobTreeError for a task inside itself, and for
    templates that stand more than 50 deep.
    """
    rows = _Draft(job).rows()
    kinds = Counter(row.kind for row in rows)
    levels = Counter(row.depth for row in rows)
    return Outline(
        rows=tuple(rows),
        tasks=kinds[RowKind.TASK],
        instances=kinds[RowKind.INSTANCE],
        commands=sum(len(row.commands) for row in rows),
        depth=len(levels),
        width=max(levels.values(), default=0),
    )


class _Draft:
    """What must be known of all elements before the first row can be made."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.elements: List[Element] = []
        self.depths: List[int] = []
        self.parents: List[int] = []
        path: List[int] = []
        for element, depth in _elements(job):
            del path[depth:]
            self.parents.append(path[-1] if path else _NOWHERE)
            path.append(len(self.elements))
            self.elements.append(element)
            self.depths.append(depth)

    def rows(self) -> List[Row]:
        commands = [_command_lines(element) for element in self.elements]
        ends, children, totals = self._below(commands)
        afters = self._afters()
        targets = self._targets()
        rows = []
        for place, element in enumerate(self.elements):
            rows.append(
                Row(
                    place,
                    self.parents[place],
                    self.depths[place],
                    ends[place],
                    _kind(element),
                    self._title(element, targets.get(place, _NOWHERE)),
                    vars(element).get("id") or "",
                    bool(vars(element).get("serialsubtasks")),
                    _service(element, commands[place]),
                    children[place],
                    commands[place],
                    totals[place],
                    afters[place],
                    targets.get(place, _NOWHERE),
                    element,
                )
            )
        return rows

    def _below(self, commands: Sequence[Tuple[CommandLine, ...]]) -> Tuple[List[int], List[int], List[int]]:
        """Return where each subtree ends, how many children each has, and the commands of each subtree."""
        ends = list(range(1, len(self.elements) + 1))
        children = [0] * len(ends)
        totals = list(map(len, commands))
        for place in range(len(ends) - 1, -1, -1):
            parent = self.parents[place]
            if parent != _NOWHERE:
                ends[parent] = max(ends[parent], ends[place])
                children[parent] += 1
                totals[parent] += totals[place]
        return ends, children, totals

    def _afters(self) -> List[int]:
        """Return for each element the one that must end before it may start, its own elder or an ancestor's."""
        afters: List[int] = []
        elders: Dict[int, int] = {}
        for place, parent in enumerate(self.parents):
            above = self.job if parent == _NOWHERE else self.elements[parent]
            after = afters[parent] if parent != _NOWHERE else _NOWHERE
            if vars(above).get("serialsubtasks"):
                after = elders.get(parent, after)
                elders[parent] = place
            afters.append(after)
        return afters

    def _targets(self) -> Dict[int, int]:
        """Return the place of the task that each instance waits for, by the place of the instance."""
        instances = {place: each for place, each in enumerate(self.elements) if isinstance(each, Instance)}
        if not instances:
            return {}
        references = References(self.job)
        places = {id(element): place for place, element in enumerate(self.elements)}
        found = {place: references.target(instance) for place, instance in instances.items()}
        return {place: places[id(task)] for place, task in found.items() if task is not None}

    def _title(self, element: Element, target: int) -> str:
        if isinstance(element, Iterate):
            values = vars(element)
            step = f" by {values['by']}" if "by" in values else ""
            return f"{values.get('varname', '?')} = {values.get('frm', '?')} to {values.get('to', '?')}{step}"
        named = element if target == _NOWHERE else self.elements[target]
        if isinstance(named, Instance) and named.target is not None:
            # Asking the instance itself would settle an id, and a look must not change the job.
            named = named.target
        return vars(named).get("title") or vars(named).get("id") or ""


def _elements(job: Job) -> Iterator[Tuple[Element, int]]:
    """Yield each element with its depth; the tasks of a template stand one level below their Iterate."""
    walks: List[Tuple[int, Iterator[Step]]] = [(0, walk(job))]
    while walks:
        top, steps = walks[-1]
        for element, depth, leaving in steps:
            if leaving:
                continue
            yield element, top + depth
            template = vars(element).get("template")
            if template:
                walks.append((top + depth + 1, _template_steps(element, template, len(walks))))
                break
        else:
            walks.pop()


def _template_steps(iterate: Element, template: List[Any], templates: int) -> Iterator[Step]:
    if templates > _DEEPEST_TEMPLATE:
        raise JobTreeError(f"{iterate.label} stands more than {_DEEPEST_TEMPLATE} templates deep")
    holder = Job()
    holder.subtasks.extend(template)
    return walk(holder)


def _kind(element: Element) -> RowKind:
    if isinstance(element, Task):
        return RowKind.TASK
    return RowKind.INSTANCE if isinstance(element, Instance) else RowKind.ITERATE


def _command_lines(element: Element) -> Tuple[CommandLine, ...]:
    commands = vars(element).get("cmds")
    return tuple(map(command_line, commands)) if commands else ()


def command_line(command: Element) -> CommandLine:
    """Return a command as it stands now; a live list may hold what a job script would refuse, and is shown anyway."""
    values = vars(command)
    return CommandLine(
        tuple(map(str, values.get("argv") or ())), values.get("service") or "", bool(values.get("local"))
    )


def _service(element: Element, commands: Tuple[CommandLine, ...]) -> str:
    own = vars(element).get("service")
    return str(own) if own else commands[0].service if commands else ""


def _longest_line(rows: Sequence[Row]) -> int:
    """Return the longest way through who waits for whom, taking each row once all that it waits for is taken.

    A row starts when the one in ``after`` has ended and ends after its children and its target, so ends are enough.
    """
    waiting: Dict[int, List[int]] = {}
    for row in rows:
        for earlier in (row.after, row.target):
            waiting.setdefault(earlier, []).append(row.place)
    missing = [row.children + (row.after != _NOWHERE) + (row.target != _NOWHERE) for row in rows]
    lengths = [0] * len(rows)
    ready = [place for place, count in enumerate(missing) if not count]
    taken = 0
    while ready:
        place = ready.pop()
        row = rows[place]
        taken += 1
        lengths[place] += bool(row.commands)
        for later in (row.parent, *waiting.get(place, ())):
            if later == _NOWHERE:
                continue
            lengths[later] = max(lengths[later], lengths[place])
            missing[later] -= 1
            if not missing[later]:
                ready.append(later)
    return max(lengths, default=0) if taken == len(rows) else 0
