"""What the cells of the tree say of an element, without its neighbours and without Qt."""

from __future__ import annotations

import re
from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Optional, Sequence

from farmsubmit.author.elements import Command, Element, Instance, Iterate, Job, Task
from farmsubmit.errors import FrameError
from farmsubmit.lang.frames import FrameSet
from farmsubmit_ui.models.tree_shape import attribute

_FRAMES = re.compile(r"(?:^|\s)(-?\d+(?:--?\d+(?:[x:]\d+)?)?(?:,-?\d+(?:--?\d+(?:[x:]\d+)?)?)*)$")
_NUMBER = re.compile(r"\d+")
_RUN = re.compile(r"(\d+)(?:-(\d+))?\Z")
#: Of more children a group does not say the frames, for all their titles would have to be read.
_MOST_CHILDREN = 150
#: No cell is as wide as a longer text; it would only take time to measure.
_LONGEST = 500


def title(element: Element, target: Optional[Element] = None) -> str:
    """Return what a row is called; ``target`` is the task that an Instance waits for, as far as that is known."""
    if isinstance(element, Iterate):
        return _iterate_title(vars(element))
    named = element
    if isinstance(element, Instance):
        # Asking the instance for its title would settle an id, and a look must not change the job.
        named = target or element.target or element
    values = vars(named)
    return str(values.get("title") or values.get("id") or "")


def _iterate_title(values: Mapping[str, Any]) -> str:
    step = f" by {values['by']}" if "by" in values else ""
    return f"{values.get('varname', '?')} = {values.get('frm', '?')} to {values.get('to', '?')}{step}"


def one_line(text: str) -> str:
    """Return a text as a cell shows it: on one line, without what would be drawn as boxes, and not endless."""
    if text.isprintable() and len(text) <= _LONGEST:
        return text
    return "".join(each if each.isprintable() else " " for each in text[:_LONGEST]) + "…" * (len(text) > _LONGEST)


def commands(element: Element) -> Sequence[Command]:
    """Return the commands of a task, without making a list where there are none."""
    found: Sequence[Command] = vars(element).get("cmds") or ()
    return found


def argv(command: Element) -> List[str]:
    """Return the arguments of a command as text; a live list may hold what a script would refuse."""
    return [str(word) for word in vars(command).get("argv") or ()]


def ids_of(elements: Iterable[Element]) -> FrozenSet[str]:
    """Return the ids of tasks and of their commands, by which arguments may name them."""
    found = {attribute(element, "id") for element in elements}
    for element in elements:
        for command in attribute(element, "cmds") or ():
            found.add(attribute(command, "id"))
    return frozenset(str(name) for name in found if name)


def own_service(element: Element) -> str:
    """Return the service expression of a row: that of its commands, or of the task or job itself; "" inherits."""
    services = [str(vars(command).get("service") or "") for command in commands(element)]
    found = next(filter(None, services), "")
    return found or str(vars(element).get("service") or "")


def frames(element: Element) -> str:
    """Return the frames that the end of a task's title names, where its commands name the same numbers; else ""."""
    told = _frames_told(element)
    if not told:
        return ""
    words = " ".join(word for command in commands(element) for word in argv(command))
    numbers = {int(number) for number in _NUMBER.findall(words)}
    # A number at the end may also count something else, such as passes.
    ends = {int(number) for part in told.split(",") for number in _NUMBER.findall(re.split("[x:]", part)[0])}
    return told if ends <= numbers else ""


def _frames_told(element: Element) -> str:
    name = title(element)
    found = _FRAMES.search(name) if name[-1:].isdigit() else None
    return found[1] if found else ""


def frames_of_children(children: Sequence[Any]) -> str:
    """Return the frames of a group in one text, where each of its tasks tells its own; else ""."""
    tasks = [child for child in children[: _MOST_CHILDREN + 1] if isinstance(child, Task)]
    if not tasks or len(tasks) > _MOST_CHILDREN or not frames(tasks[0]) or not frames(tasks[-1]):
        return ""
    found = [_frames_told(task) for task in tasks]
    return _joined(found) if all(found) else ""


def _joined(found: Sequence[str]) -> str:
    """Return frames of several tasks as one set; those that simply go on are joined without reading them as sets."""
    runs = [_RUN.match(text) for text in found]
    ends = [(int(run[1]), int(run[2] or run[1])) for run in runs if run]
    if len(ends) == len(found) and all(one[1] + 1 == other[0] for one, other in zip(ends, ends[1:])):
        return f"{ends[0][0]}-{ends[-1][1]}" if ends[0][0] < ends[-1][1] else str(ends[0][0])
    try:
        return str(FrameSet.parse(",".join(found)))
    except FrameError:
        return ""


def frames_of_rows(rows: Iterable[Any]) -> Dict[str, str]:
    """Return the frames of the rows of a request by the titles that their tasks have: the row's, and its movie's."""
    found: Dict[str, str] = {}
    for row in rows:
        found[row.label] = str(row.frames)
        found[f"{row.label} movie"] = str(row.all_frames)
    return found


def priority(job: Job) -> Optional[float]:
    """Return the priority of a job, also by its name in 1.x; None where it has none."""
    values = vars(job)
    found: Optional[float] = values.get("priority", values.get("pbias"))
    return found
