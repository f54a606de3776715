"""Changes that a person makes in the tree: kept by the place of the element, and laid over every job built anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Optional, Sequence, Tuple

from farmsubmit.author.elements import Command, Element, Job, Task, children
from farmsubmit.author.options import Block
from farmsubmit.author.tree import walk

#: From the job down: the title of a child and its number among those of that title, or a list of commands and a place.
Path = Tuple[Tuple[str, int], ...]

_COMMANDS = ("cmds", "cleanup", "postscript")


@dataclass(frozen=True)
class Edit:
    """An attribute of an element that has another value than the job was built with; None takes it away.

    ``path`` is that of the element in the job as it was built, ``label`` the element as an error names it.
    """

    path: Path
    attribute: str
    value: Any
    label: str


class EditBook:
    """The edits that are on a job now, and what was there before."""

    def __init__(self) -> None:
        self._before: List[Tuple[Element, str, Any]] = []

    def forget(self) -> None:
        """Begin with a job that nobody has edited."""
        self._before = []

    def apply(self, job: Job, edits: Sequence[Edit]) -> Tuple[Edit, ...]:
        """Put exactly these edits on a job, and return those whose element is not there.

        Raises AuthorError for a value that the element refuses; the job then is as it was built.
        """
        self._restore()
        # All are found before any is made: a new title would hide an element from the next edit.
        found = [(find(job, edit.path), edit) for edit in edits]
        try:
            for element, edit in found:
                if element is not None:
                    self._set(element, edit)
        except Exception:
            self._restore()
            raise
        return tuple(edit for element, edit in found if element is None)

    def path_of(self, job: Job, element: Element) -> Optional[Path]:
        """Return the path of an element in the job as it was built, None for one that is not in it."""
        titles = {id(changed): before for changed, name, before in self._before if name == "title"}
        owner: Optional[Element] = element
        last: Path = ()
        if isinstance(element, Command):
            owner, last = _owner(job, element)
        if owner is None:
            return None
        line = _line(job, owner)
        if line is None:
            return None
        steps = [_step(above, below, titles) for above, below in zip(line, line[1:])]
        return (*steps, *last)

    def _set(self, element: Element, edit: Edit) -> None:
        before = vars(element).get(edit.attribute)
        _put(element, edit.attribute, list(edit.value) if isinstance(edit.value, (list, tuple)) else edit.value)
        self._before.append((element, edit.attribute, before))

    def _restore(self) -> None:
        for element, name, before in reversed(self._before):
            _put(element, name, before)
        self._before = []


def _put(element: Element, name: str, value: Any) -> None:
    option = element.by_attribute.get(name)
    if option is not None and isinstance(option.kind, Block) and value is not None:
        # A block of elements, such as directory maps, is a list that nobody assigns otherwise.
        object.__setattr__(element, name, value)
    else:
        setattr(element, name, value)


def find(job: Job, path: Path) -> Optional[Element]:
    """Return the element at a path, None where there is none any more."""
    element: Element = job
    for name, number in path:
        below = _named(element, name)
        if number >= len(below):
            return None
        element = below[number]
    return element


def _named(element: Element, name: str) -> Sequence[Element]:
    if name.startswith("-"):
        commands: Sequence[Element] = vars(element).get(name[1:], ())
        return commands
    return [child for child in children(element) if _title(child) == name]


def _title(element: Element) -> str:
    return str(getattr(element, "title", None) or "")


def _owner(job: Job, command: Command) -> Tuple[Optional[Element], Path]:
    """Return the element that holds a command, and the last step to it; found by looking through the job."""
    elements = [job, *(element for element, _, leaving in walk(job) if not leaving)]
    places = (
        (element, name, place)
        for element in elements
        for name in _COMMANDS
        for place, held in enumerate(vars(element).get(name, ()))
        if held is command
    )
    element, name, place = next(places, (None, "", 0))
    return element, ((f"-{name}", place),) if element is not None else ()


def _line(job: Job, element: Element) -> Optional[List[Element]]:
    """Return the elements from the job down to one."""
    line: List[Element] = [element]
    while line[-1] is not job:
        above = vars(line[-1]).get("parent") if isinstance(line[-1], Task) else None
        if above is None or not any(child is line[-1] for child in children(above)):
            return _searched(job, element)
        line.append(above)
    return line[::-1]


def _searched(job: Job, element: Element) -> Optional[List[Element]]:
    """Return the line to an element that does not know its parent, such as an Instance."""
    line: List[Element] = [job]
    for found, _, leaving in walk(job):
        if leaving:
            line.pop()
            continue
        line.append(found)
        if found is element:
            return line
    return None


def _step(above: Element, below: Element, titles: Any) -> Tuple[str, int]:
    def title(element: Element) -> str:
        return str(titles.get(id(element), _title(element)) or "")

    name = title(below)
    alike = [child for child in children(above) if title(child) == name]
    return name, next((place for place, child in enumerate(alike) if child is below), 0)
