"""The rows that a view has asked for: one small object for each parent that was opened, and none for its children.

An index of the model carries the number of its parent's Branch and its own row. That is an int, so no binding has to
keep an object alive, and a leaf costs nothing: it is asked of the job itself whenever it is painted.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

from farmsubmit.author.elements import Element, Job
from farmsubmit_ui.models.tree_search import Kept
from farmsubmit_ui.models.tree_shape import JOB, Shape, below

#: How many children of a parent are shown at first; one more row says how many more there are.
PAGE = 100
#: A view lays its rows out by recursion in C++, so a tree that is deeper than this is not opened any further.
DEEPEST = 2_000


class Branch:
    """A parent that was opened: its element, where it stands, and the elements directly below it.

    ``shown`` of its ``width`` children are rows by now, and behind them stands one that says how many are left, unless
    ``is_whole``. ``places`` are their places in the shape, None as long as nobody asked.
    The topmost one has no element; the job is its only child.
    """

    __slots__ = (
        *("number", "element", "parent", "row", "depth"),
        *("children", "places", "place", "shown", "is_whole", "width", "below"),
    )

    def __init__(self, number: int, element: Optional[Element], parent: Optional[Branch], row: int) -> None:
        self.number = number
        self.element = element
        self.parent = parent
        self.row = row
        self.depth: int = parent.depth + 1 if parent else 0
        self.children: Sequence[Any] = ()
        self.places: Optional[Sequence[int]] = None
        self.place: Optional[int] = None
        self.shown = 0
        self.is_whole = True
        # The children may be a live list; this is how many there were.
        self.width = 0
        self.below: Dict[int, Branch] = {}


class Source:
    """Where children come from: the live lists of the job."""

    def __init__(self, job: Job) -> None:
        self.job = job

    def has_children(self, branch: Branch, row: int) -> bool:
        """Tell whether anything stands below a child."""
        values = vars(branch.children[row])
        return bool(values.get("subtasks") or values.get("template"))

    def fill(self, branch: Branch) -> None:
        """Give a branch its children."""
        if branch.element is not None:
            branch.children = below(branch.element)


class ShapeSource(Source):
    """Children by the shape: for a tree with a task in two places, and for one that is filtered."""

    def __init__(self, shape: Shape, kept: Optional[Kept] = None) -> None:
        super().__init__(shape.job)
        self._shape = shape
        self._kept = kept

    def has_children(self, branch: Branch, row: int) -> bool:
        """Tell whether anything stands below a child, and is kept."""
        place = branch.places[row] if branch.places is not None else JOB
        return place in self._kept.children if self._kept else self._shape.has_children(place)

    def fill(self, branch: Branch) -> None:
        """Give a branch its children."""
        if branch.parent is None:
            return
        place = branch.parent.places[branch.row] if branch.parent.places is not None else JOB
        places = self._kept.children.get(place, ()) if self._kept else self._shape.children(place)
        elements = self._shape.elements
        branch.place, branch.places = place, places
        branch.children = [elements[child] for child in places]


class Branches:
    """All branches by their number; 0 is the topmost, whose only child is the job."""

    def __init__(self, source: Source) -> None:
        self.source = source
        top = Branch(0, None, None, 0)
        top.children, top.places, top.shown, top.width = [source.job], [JOB], 1, 1
        self.all: List[Branch] = [top]

    def __getitem__(self, number: int) -> Branch:
        return self.all[number]

    def below(self, number: int, row: int) -> Branch:
        """Return the branch of a child, opened now if it was not before."""
        parent = self.all[number]
        found = parent.below.get(row)
        if found is None:
            found = Branch(len(self.all), parent.children[row], parent, row)
            if found.depth <= DEEPEST:
                self.source.fill(found)
            found.width = len(found.children)
            found.shown = min(found.width, PAGE)
            found.is_whole = found.shown == found.width
            parent.below[row] = found
            self.all.append(found)
        return found

    def has_children(self, number: int, row: int) -> bool:
        """Tell whether anything stands below a child; as deep as can be shown, nothing does."""
        branch = self.all[number]
        return row < branch.shown and branch.depth < DEEPEST and self.source.has_children(branch, row)

    def is_cut(self, number: int, row: int) -> bool:
        """Tell whether a child has children that stand too deep to be shown."""
        branch = self.all[number]
        return branch.depth >= DEEPEST and self.source.has_children(branch, row)

    def moved_to(self, source: Source) -> bool:
        """Take the elements of another job where it has the same rows as far as they are shown; tell whether it has.

        What a view has opened and selected then stays. Where it has not, nothing is changed.
        """
        found = Branches(source)
        for branch in self.all[1:]:
            if branch.parent is None:
                continue
            twin = _twin(found, branch, self.source)
            if twin is None:
                return False
        self._take(found, source)
        return True

    def _take(self, found: Branches, source: Source) -> None:
        for branch, twin in zip(self.all, found.all):
            branch.children, branch.element, branch.places, branch.place = (
                twin.children,
                twin.element,
                twin.places,
                twin.place,
            )
        self.source = source


def _twin(found: Branches, branch: Branch, before: Source) -> Optional[Branch]:
    """Return the branch of the other job for one of this, which has the same number; None where they differ."""
    assert branch.parent is not None
    above = found[branch.parent.number]
    if branch.row >= len(above.children):
        return None
    twin = found.below(above.number, branch.row)
    if twin.width != branch.width or len(branch.children) != branch.width:
        return None
    after = found.source
    for row in range(branch.shown):
        if type(branch.children[row]) is not type(twin.children[row]):
            return None
        if before.has_children(branch, row) != after.has_children(twin, row):
            return None
    return twin
