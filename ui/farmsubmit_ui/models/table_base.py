"""What tables have in common that only show a list: their size, their titles, and another list in place of this."""

from __future__ import annotations

from typing import Any, Iterable, List, Optional, Sequence

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt


class TableBase(QAbstractTableModel):
    """A row for each of ``rows``, a column for each of ``titles()``; a model says what a cell of them shows."""

    rows: List[Any]

    def __init__(self, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self.rows = []
        # Views ask for it with each index that they make.
        self._width = len(self.titles())

    def titles(self) -> Sequence[str]:
        """Return the titles of the columns, always as many."""
        raise NotImplementedError

    def set_rows(self, rows: Iterable[Any]) -> None:
        """Show another list."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return how long the list is."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else self._width

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the title of a column."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return self.titles()[section]
