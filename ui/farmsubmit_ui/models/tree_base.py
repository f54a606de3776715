"""The rows of the task tree as Qt asks for them: who stands where, and how many children are shown."""

from __future__ import annotations

from typing import Any, Optional, Sequence

from qtpy.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt

from farmsubmit.author.elements import Element, Job
from farmsubmit_ui.models.tree_cells import Column, Spot, columns, translate
from farmsubmit_ui.models.tree_nodes import Branch, Branches, Source


class TreeBase(QAbstractItemModel):
    """Rows over the branches of a source; the job is the only row at the top.

    A parent of very many children shows some of them, and after these a row that says how many more there are.
    """

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._branches: Optional[Branches] = None
        self._columns = columns(False)

    @property
    def job(self) -> Optional[Job]:
        """The job that is shown, None where there is none."""
        return self._branches.source.job if self._branches else None

    @property
    def branches(self) -> Sequence[Branch]:
        """The parents that were opened so far; the first has no row of its own."""
        return self._branches.all if self._branches else ()

    # --- what Qt asks

    def index(self, row: int, column: int, parent: QModelIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Return the index of a cell."""
        branch = self._below(parent)
        if branch is None or not (0 <= row < branch.shown + (not branch.is_whole) and 0 <= column < len(self._columns)):
            return QModelIndex()
        return self.createIndex(row, column, branch.number)

    def parent(self, index: Any = None) -> Any:
        """Return the index of the parent; without an argument the QObject that owns the model."""
        if index is None:
            return super().parent()
        if not index.isValid() or self._branches is None:
            return QModelIndex()
        return self.index_of(self._branches[index.internalId()])

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows are shown below one."""
        branch = self._below(parent)
        return branch.shown + (not branch.is_whole) if branch is not None else 0

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many columns there are."""
        return len(self._columns)

    def hasChildren(self, parent: QModelIndex = QModelIndex()) -> bool:  # noqa: B008
        """Tell whether a row can be opened; this reads one attribute and opens nothing."""
        if self._branches is None:
            return False
        if not parent.isValid():
            return True
        return parent.column() == 0 and self._branches.has_children(parent.internalId(), parent.row())

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the name of a column."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return translate("TaskTree", self._columns[section].value) if section < len(self._columns) else None

    # --- rows

    def column(self, section: int) -> Column:
        """Return which column stands in a section."""
        return self._columns[section]

    def spot(self, index: QModelIndex) -> Optional[Spot]:
        """Return the row of an index, None for one that is not there any more."""
        if not index.isValid() or self._branches is None or index.internalId() >= len(self._branches.all):
            return None
        branch, row = self._branches[index.internalId()], index.row()
        return Spot(branch, row, branch.children[row]) if row < branch.shown and row < len(branch.children) else None

    def more(self, index: QModelIndex) -> Optional[Branch]:
        """Return the parent of which a row says how many more children it has; None for any other row."""
        if not index.isValid() or self._branches is None or index.internalId() >= len(self._branches.all):
            return None
        branch = self._branches[index.internalId()]
        return branch if index.row() == branch.shown and not branch.is_whole else None

    def element(self, index: QModelIndex) -> Optional[Element]:
        """Return the element of a row: the live object of the job."""
        spot = self.spot(index)
        return spot.element if spot else None

    def index_of(self, branch: Branch, column: int = 0) -> QModelIndex:
        """Return the index of a parent that was opened."""
        if branch.parent is None:
            return QModelIndex()
        return self.createIndex(branch.row, column, branch.parent.number)

    def branch(self, index: QModelIndex) -> Optional[Branch]:
        """Return what stands below a row; None where that is nothing."""
        return self._below(index) if self.hasChildren(index) else None

    def show_rows(self, branch: Branch, count: int) -> None:
        """Show at least so many children of a parent, as far as there are as many."""
        end = min(count, branch.width)
        if end <= branch.shown:
            return
        self.beginInsertRows(self.index_of(branch), branch.shown, end - 1)
        branch.shown = end
        self.endInsertRows()
        if end == branch.width:
            self.beginRemoveRows(self.index_of(branch), end, end)
            branch.is_whole = True
            self.endRemoveRows()

    def _below(self, parent: QModelIndex) -> Optional[Branch]:
        if self._branches is None:
            return None
        if not parent.isValid():
            return self._branches[0]
        if parent.column():
            return None
        number, row = parent.internalId(), parent.row()
        above = self._branches.all[number]
        # A view asks this once for each row that it lays out, mostly for the same parent.
        return above.below.get(row) or (self._branches.below(number, row) if row < above.shown else None)

    # --- for those who know what changed

    def _reset(self, source: Optional[Source]) -> None:
        self.beginResetModel()
        self._branches = Branches(source) if source is not None else None
        self.endResetModel()

    def _tell_rows(self, branch: Branch, first: int, last: int) -> None:
        begin = self.createIndex(first, 0, branch.number)
        self.dataChanged.emit(begin, self.createIndex(last, len(self._columns) - 1, branch.number))
