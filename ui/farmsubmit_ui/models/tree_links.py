"""Which task each Instance of a job waits for."""

from __future__ import annotations

from typing import Dict, Iterator

from farmsubmit.author.elements import Instance, Task
from farmsubmit_ui.models.tree_shape import Shape, attribute

_SOME = 2_000


def find_links(shape: Shape) -> Iterator[Dict[int, int]]:
    """Yield the place of its task for each Instance by its place, ever more of them; the last is complete.

    An Instance names its task by id first, then by title, and the first in script order counts; one whose task is not
    in the job is left out. Source: author.tree.References.
    """
    wanted = _Wanted(shape)
    links: Dict[int, int] = {}
    for place, element in enumerate(shape.elements):
        if not place % _SOME:
            yield links
        if isinstance(element, Task):
            wanted.look(element, place)
    for place in shape.instances:
        target = wanted.found(shape.elements[place])
        if target is not None:
            links[place] = target
    yield links


class _Wanted:
    """The tasks that instances wait for: by the object, or by a name that is an id or a title."""

    def __init__(self, shape: Shape) -> None:
        found = [shape.elements[place] for place in shape.instances]
        self._objects = {id(each.target): -1 for each in found if isinstance(each, Instance) and each.target}
        self._ids: Dict[str, int] = {}
        self._titles: Dict[str, int] = {}
        self._names = {str(vars(each).get("title")) for each in found if vars(each).get("title")}

    def look(self, task: Task, place: int) -> None:
        if self._objects.get(id(task)) == -1:
            self._objects[id(task)] = place
        for names, name in ((self._ids, attribute(task, "id")), (self._titles, attribute(task, "title"))):
            if name in self._names:
                names.setdefault(name, place)

    def found(self, instance: object) -> int | None:
        target = vars(instance).get("target")
        if target is not None:
            place = self._objects.get(id(target), -1)
            return place if place >= 0 else None
        name = str(vars(instance).get("title") or "")
        return self._ids.get(name, self._titles.get(name))
