"""Which parts run side by side and which after one another, said with the fewest groups.

Parts that wait for each other are a partial order. Where it is made of series and parallels alone, nested groups say
it all: everything between two parts of a series waits. What is left is said part by part, each behind Instances of
those it waits for. The same input gives the same nest, in the order of the parts.
"""

from __future__ import annotations

from typing import Any, Callable, Collection, Dict, Iterator, List, Mapping, NamedTuple, Sequence, Tuple

from farmsubmit.errors import FarmsubmitError
from farmsubmit.tasks.grow import Again, Group, Part

_MOST_NAMED = 4


class _Order(NamedTuple):
    """Parts by their places: bit ``p`` of ``before[q]`` is set where p must be done before q.

    ``near`` is the same without what follows from others, ``comparable`` the same in both directions.
    """

    before: List[int]
    near: List[int]
    comparable: List[int]


def arrange(parts: Mapping[str, Part], after: Mapping[str, Sequence[str]], titles: Mapping[str, str]) -> Group:
    """Return parts as one group of groups, so that each runs when those that it waits for are done.

    ``parts`` stand by their ids, ``after`` names for each the ids of those before it, ``titles`` are for groups.
    Raises FarmsubmitError for a circle.
    """
    names = list(parts)
    return _Arranger(parts, names, _ordered(names, after), titles).arranged()


def _ordered(names: Sequence[str], after: Mapping[str, Sequence[str]]) -> _Order:
    place = {name: number for number, name in enumerate(names)}
    direct = [sorted({place[other] for other in after.get(name, ())}) for name in names]
    before = [0] * len(names)
    near = [0] * len(names)
    for number in _topological(names, direct):
        far = 0
        for other in direct[number]:
            far |= before[other]
        own = sum(1 << other for other in direct[number])
        before[number], near[number] = far | own, own & ~far
    comparable = list(before)
    for number, mask in enumerate(before):
        for other in _places(mask):
            comparable[other] |= 1 << number
    return _Order(before, near, comparable)


def _topological(names: Sequence[str], direct: Sequence[Sequence[int]]) -> List[int]:
    waiting = {number: set(others) for number, others in enumerate(direct)}
    ready = [number for number, others in waiting.items() if not others]
    behind: Dict[int, List[int]] = {}
    for number, others in enumerate(direct):
        for other in others:
            behind.setdefault(other, []).append(number)
    done: List[int] = []
    while ready:
        number = ready.pop()
        done.append(number)
        del waiting[number]
        for other in behind.get(number, ()):
            waiting[other].discard(number)
            if not waiting[other]:
                ready.append(other)
    if waiting:
        raise FarmsubmitError(f"these wait for each other in a circle: {', '.join(_circle(names, waiting))}")
    return done


def _circle(names: Sequence[str], waiting: Mapping[int, Collection[int]]) -> List[str]:
    """Return the names of one circle among parts that can never start."""
    line: List[int] = []
    number = min(waiting)
    while number not in line:
        line.append(number)
        number = min(other for other in waiting[number] if other in waiting)
    return [names[each] for each in line[line.index(number) :]]


def _places(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class _Arranger:
    def __init__(
        self, parts: Mapping[str, Part], names: Sequence[str], order: _Order, titles: Mapping[str, str]
    ) -> None:
        self._parts = parts
        self._names = names
        self._order = order
        self._titles = titles

    def arranged(self) -> Group:
        """Return the group of all parts; the walk keeps its own list of what is left."""
        top: List[Any] = []
        left: List[Tuple[int, List[Any]]] = [((1 << len(self._names)) - 1, top)] if self._names else []
        while left:
            mask, into = left.pop()
            groups, serial = self._cut(mask)
            if len(groups) == 1:
                into.append(self._single(mask) if mask & (mask - 1) == 0 else self._by_instances(mask))
                continue
            inner: List[Any] = []
            into.append(Group(inner, serial, self._title(groups, serial)))
            # Each group is filled in its turn: a slot keeps its place until then.
            slots: List[List[Any]] = [[] for _ in groups]
            inner.extend(Group(slot) for slot in slots)
            left += list(zip(groups, slots))
        return Group(top)

    def _cut(self, mask: int) -> Tuple[List[int], bool]:
        """Return the groups that a set falls into, and whether they run one after the other; one group is the set."""
        side_by_side = _components(mask, lambda place: self._order.comparable[place])
        if len(side_by_side) > 1:
            return side_by_side, False
        in_series = _components(mask, lambda place: ~self._order.comparable[place])
        return sorted(in_series, key=self._depth(mask)), True

    def _depth(self, mask: int) -> Callable[[int], int]:
        # All of one group of a series stand behind the same others, so any of them tells.
        return lambda group: bin(self._order.before[group.bit_length() - 1] & mask & ~group).count("1")

    def _single(self, mask: int) -> Part:
        return self._parts[self._names[mask.bit_length() - 1]]._replace(id="")

    def _by_instances(self, mask: int) -> Group:
        """Return each part of a set behind Instances of those it waits for, which all stand before it."""
        near = {place: self._order.near[place] & mask for place in _places(mask)}
        waited = 0
        for found in near.values():
            waited |= found
        depth = {place: bin(self._order.before[place] & mask).count("1") for place in near}
        groups: List[Any] = []
        for place in sorted(near, key=lambda each: (depth[each], each)):
            name = self._names[place]
            part = self._parts[name]._replace(id=name if waited >> place & 1 else "")
            waits = [Again(self._names[other]) for other in _places(near[place])]
            title = f"{self._titles[name]} after {self._listed(near[place])}" if waits else ""
            groups.append(Group([Group(waits, title=self._listed(near[place])), part], True, title) if waits else part)
        return Group(groups, title=self._listed(mask))

    def _title(self, groups: Sequence[int], serial: bool) -> str:
        shown = [self._listed(group) for group in groups[:_MOST_NAMED]]
        return (", then " if serial else ", ").join(shown) + (" …" if len(groups) > _MOST_NAMED else "")

    def _listed(self, mask: int) -> str:
        names = [self._titles[self._names[place]] for place in _places(mask)]
        return ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")


def _components(mask: int, neighbours: Callable[[int], int]) -> List[int]:
    """Return the connected parts of a set, the one with the first place first."""
    found: List[int] = []
    while mask:
        group, edge = 0, mask & -mask
        while edge:
            place = edge.bit_length() - 1
            group |= 1 << place
            edge = (edge | neighbours(place) & mask) & ~group
        found.append(group)
        mask &= ~group
    return found
