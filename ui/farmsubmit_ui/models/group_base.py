"""What lists in groups have in common: a head for each group, its entries below, and a filter over all."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, Sequence

from qtpy.QtCore import QAbstractItemModel, QModelIndex, QObject, Qt
from qtpy.QtGui import QFont

from farmsubmit_ui.style import brush

# The id of the head of a group; an entry has the number of its group, from 1.
_TOP = 0


class GroupBase(QAbstractItemModel):
    """Entries by their kind, in the order of ``kinds``; a kind of which there is none has no group.

    A model says what an entry is and shows. A filter leaves the entries that hold all its words.
    """

    kinds: Sequence[Any] = ()
    groups: List[List[Any]]

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._all: List[Any] = []
        self._words: List[str] = []
        self.groups = []
        self._width = len(self.titles())

    # --- what a model says

    def titles(self) -> Sequence[str]:
        """Return the titles of the columns, always as many."""
        raise NotImplementedError

    def kind_of(self, entry: Any) -> Any:
        """Return the kind of an entry, one of ``kinds``."""
        raise NotImplementedError

    def searched(self, entry: Any) -> str:
        """Return the text of an entry that the filter looks into."""
        raise NotImplementedError

    def title(self, group: Sequence[Any]) -> str:
        """Return what the head of a group says."""
        raise NotImplementedError

    def tint(self, group: Sequence[Any]) -> str:
        """Return the colour of the head of a group."""
        raise NotImplementedError

    # --- what panels ask

    def set_entries(self, entries: Iterable[Any]) -> None:
        """Show other entries."""
        self._all = list(entries)
        self._fill()

    def set_filter(self, text: str) -> None:
        """Leave the entries that hold each word of a text, in any case."""
        self._words = text.lower().split()
        self._fill()

    def entry(self, index: QModelIndex) -> Any:
        """Return the entry of an index, None for the head of a group."""
        if not index.isValid() or index.internalId() == _TOP:
            return None
        return self.groups[int(index.internalId()) - 1][index.row()]

    def place_of(self, group: int, row: int) -> QModelIndex:
        """Return the first cell of an entry by the places of its group and in it."""
        return self.createIndex(row, 0, group + 1)

    def _fill(self) -> None:
        self.beginResetModel()
        found: Dict[Any, List[Any]] = {kind: [] for kind in self.kinds}
        for entry in self._all:
            if self._is_kept(entry):
                found[self.kind_of(entry)].append(entry)
        self.groups = [group for group in found.values() if group]
        self.endResetModel()

    def _is_kept(self, entry: Any) -> bool:
        text = self.searched(entry).lower() if self._words else ""
        return all(word in text for word in self._words)

    # --- Qt's part

    def index(self, row: int, column: int, parent: QModelIndex = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Return the index of a cell."""
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else _TOP)

    def parent(self, index: Any = None) -> Any:
        """Return the group of an entry; without an argument the QObject that owns the model."""
        if index is None:
            return QObject.parent(self)
        if not index.isValid() or index.internalId() == _TOP:
            return QModelIndex()
        return self.createIndex(int(index.internalId()) - 1, 0, _TOP)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how many groups, or entries of one, there are."""
        if not parent.isValid():
            return len(self.groups)
        return len(self.groups[parent.row()]) if parent.internalId() == _TOP and not parent.column() else 0

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return self._width

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the title of a column."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return self.titles()[section]

    def group_data(self, index: QModelIndex, role: int) -> Any:
        """Return what the head of a group shows: its title in its first cell, bold and in its colour."""
        if not index.isValid() or index.column():
            return None
        group = self.groups[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title(group)
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole:
            return brush(self.tint(group))
        return None
