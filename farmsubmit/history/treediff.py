"""How two jobs differ: their settings, and which tasks are new, gone or changed.

A task is the same in both where it and all above it have the same titles; of several the first is the first.
"""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

from farmsubmit.author.elements import Job
from farmsubmit.formats._plain import plain
from farmsubmit.formats.jobjson import to_document
from farmsubmit.history.differences import Difference, differences, told

# They say where a node stands and what it is called, which is how it was found.
_PLACE = ("kind", "parent", "into")
_Names = Dict[Tuple[Any, ...], int]


class Change(NamedTuple):
    """Tasks that differ in the same way: their titles, and what is different in each of them."""

    titles: List[str]
    differences: Tuple[Difference, ...]


class JobDifferences(NamedTuple):
    """How a job differs from another; of a tree that is new or gone only the topmost task is named."""

    settings: List[Difference]
    gone: List[str]
    new: List[str]
    changed: List[Change]
    moved: bool

    def __bool__(self) -> bool:
        return any((self.settings, self.gone, self.new, self.changed, self.moved))

    def lines(self, most: int = 50) -> List[str]:
        """Return them in words, at most about ``most`` lines of each sort."""
        found = told(self.settings, most)
        found += told([f"removed {task}" for task in self.gone], most)
        found += told([f"added {task}" for task in self.new], most)
        found += told([line for change in self.changed for line in _lines(change)], most)
        return found + (["changed the order of the tasks"] if self.moved else [])


def job_differences(before: Job, after: Job) -> JobDifferences:
    """Return how a job differs from another, in time that grows with their size only.

    Raises as to_json does for a job that cannot be written.
    """
    old, new = to_document(before), to_document(after)
    names: _Names = {}
    old_nodes, new_nodes = _by_name(old["nodes"], names), _by_name(new["nodes"], names)
    return JobDifferences(
        differences(old["job"], new["job"], "job"),
        _topmost(old["nodes"], old_nodes, new_nodes),
        _topmost(new["nodes"], new_nodes, old_nodes),
        _changed(old["nodes"], old_nodes, new["nodes"], new_nodes),
        [name for name in old_nodes if name in new_nodes] != [name for name in new_nodes if name in old_nodes],
    )


def _by_name(nodes: Sequence[Dict[str, Any]], names: _Names) -> Dict[int, int]:
    """Return the place of each node by a number that stands for its titles from the top down, the same in both jobs."""
    found: Dict[int, int] = {}
    own: List[int] = []
    seen: Dict[Tuple[Any, ...], int] = {}
    for place, node in enumerate(nodes):
        parent = node["parent"]
        title = node.get("title", node.get("varname"))
        alike = (-1 if parent is None else own[parent], node["kind"], node.get("into"), title)
        seen[alike] = seen.get(alike, 0) + 1
        own.append(names.setdefault((*alike, seen[alike]), len(names)))
        found[own[-1]] = place
    return found


def _topmost(nodes: Sequence[Dict[str, Any]], own: Dict[int, int], other: Dict[int, int]) -> List[str]:
    """Return what only one job has, without what stands below such a one, and how much that is."""
    only = [place for name, place in own.items() if name not in other]
    tops: Dict[int, int] = {}
    below: Dict[int, int] = {}
    for place in only:
        above = tops.get(nodes[place]["parent"], place)
        tops[place] = above
        below[above] = below.get(above, -1) + 1
    return [_label(nodes, place) + (f", and {count:,} below it" if count else "") for place, count in below.items()]


def _label(nodes: Sequence[Dict[str, Any]], place: int) -> str:
    node = nodes[place]
    above = node["parent"]
    where = f" in {plain(_title(nodes[above]))!r}" if above is not None else ""
    return f"{node['kind']} {plain(_title(node))!r}{where}"


def _title(node: Dict[str, Any]) -> str:
    return str(node.get("title", node.get("varname", "")))


def _changed(
    old: Sequence[Dict[str, Any]], old_nodes: Dict[int, int], new: Sequence[Dict[str, Any]], new_nodes: Dict[int, int]
) -> List[Change]:
    """Return what is different in the nodes of both jobs, those together that differ alike."""
    found: Dict[str, Change] = {}
    for name, place in old_nodes.items():
        if name not in new_nodes:
            continue
        before, after = _values(old[place]), _values(new[new_nodes[name]])
        if before == after:
            continue
        own = tuple(differences(before, after))
        found.setdefault(repr(own), Change([], own)).titles.append(plain(_title(old[place])))
    return list(found.values())


def _values(node: Dict[str, Any]) -> Dict[str, Any]:
    return {name: value for name, value in node.items() if name not in _PLACE}


def _lines(change: Change) -> List[str]:
    first = repr(change.titles[0])
    who = first if len(change.titles) == 1 else f"{len(change.titles):,} tasks, the first {first}"
    return [f"changed {who}: {line}" for line in told([each.change for each in change.differences], 10)]
