"""What is open and selected in a tree view, remembered over a reset of its model by the titles of the rows."""

from __future__ import annotations

from collections import deque
from typing import Dict, Iterator, List, Optional, Tuple

from qtpy.QtCore import QModelIndex
from qtpy.QtWidgets import QTreeView

from farmsubmit_ui.models import tree_texts as texts
from farmsubmit_ui.models.tree_model import TreeModel
from farmsubmit_ui.widgets.tables import select_only


class Opened:
    """A row that was open: how many of its children were shown, and which of them were open, by title."""

    __slots__ = ("below", "shown")

    def __init__(self, shown: int = 0) -> None:
        self.shown = shown
        self.below: Dict[str, Opened] = {}


class Memory:
    """The rows that were open, the current one by the titles from the job down, and how far it was scrolled."""

    def __init__(self, opened: Opened, current: List[str], scrolled: int) -> None:
        self.opened = opened
        self.current = current
        self.scrolled = scrolled


def remember(view: QTreeView, model: TreeModel) -> Memory:
    """Return what is open in a view."""
    top = Opened(1)
    nodes: Dict[int, Opened] = {0: top}
    for branch in model.branches[1:]:
        above = nodes.get(branch.parent.number) if branch.parent is not None else None
        if above is None or branch.element is None or not view.isExpanded(model.index_of(branch)):
            continue
        node = above.below.setdefault(texts.title(branch.element), Opened(branch.shown))
        nodes[branch.number] = node
    return Memory(top, _titles(view.currentIndex(), model), view.verticalScrollBar().value())


def restore(view: QTreeView, model: TreeModel, memory: Memory) -> None:
    """Open what was open, as far as it is there, and make the same row the current one."""
    # All that is expanded before the view lays itself out again costs one layout, not one each.
    view.scheduleDelayedItemsLayout()
    left = [(QModelIndex(), memory.opened)]
    while left:
        index, node = left.pop()
        for child, below in _open_children(model, index, node):
            view.setExpanded(child, True)
            left.append((child, below))
    current = _find(model, memory.current)
    if current.isValid():
        select_only(view, current)


def open_levels(view: QTreeView, model: TreeModel, most: int) -> None:
    """Open whole levels from the top down, as long as no more than ``most`` rows are shown; the job in any case."""
    view.scheduleDelayedItemsLayout()
    level, shown = [model.index(0, 0)], 1
    while level:
        branches = [branch for branch in map(model.branch, level) if branch is not None]
        shown += sum(branch.shown for branch in branches)
        if shown > most and len(branches) > 1:
            return
        for index in level:
            view.setExpanded(index, True)
        level = [child for index in level for child in _openable(model, index)] if shown <= most else []


def open_first(view: QTreeView, model: TreeModel, most: int) -> None:
    """Open row after row from the top down, as long as no more than ``most`` rows are shown."""
    view.scheduleDelayedItemsLayout()
    left, shown = deque([model.index(0, 0)]), 1
    while left and shown < most:
        index = left.popleft()
        branch = model.branch(index)
        if branch is not None:
            shown += branch.shown
            view.setExpanded(index, True)
            left.extend(_openable(model, index))


def _openable(model: TreeModel, index: QModelIndex) -> Iterator[QModelIndex]:
    children = (model.index(row, 0, index) for row in range(model.rowCount(index)))
    return (child for child in children if model.hasChildren(child))


def _open_children(model: TreeModel, index: QModelIndex, node: Opened) -> Iterator[Tuple[QModelIndex, Opened]]:
    branch = model.branch(index) if index.isValid() else (model.branches[0] if model.branches else None)
    if branch is None or not node.below:
        return
    model.show_rows(branch, node.shown)
    for row in range(min(branch.shown, len(branch.children))):
        found = node.below.get(texts.title(branch.children[row]))
        if found is not None:
            yield model.index(row, 0, index), found


def _titles(index: QModelIndex, model: TreeModel) -> List[str]:
    line = []
    while index.isValid():
        element = model.element(index)
        line.append(texts.title(element) if element is not None else "")
        index = index.parent()
    return line[::-1]


def _find(model: TreeModel, titles: List[str]) -> QModelIndex:
    """Return the row at the end of a line of titles; the last that is there where the line is broken off."""
    index, found = QModelIndex(), QModelIndex()
    for title in titles:
        step = _child(model, index, title)
        if step is None:
            return found
        index = found = step
    return found


def _child(model: TreeModel, index: QModelIndex, title: str) -> Optional[QModelIndex]:
    branch = model.branch(index) if index.isValid() else (model.branches[0] if model.branches else None)
    if branch is None:
        return None
    for row in range(min(branch.shown, len(branch.children))):
        if texts.title(branch.children[row]) == title:
            return model.index(row, 0, index)
    return None
