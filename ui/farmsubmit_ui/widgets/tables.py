"""A table as the cards show it: as high as its rows up to a limit, no grid, one line a row."""

from __future__ import annotations

from typing import List, Optional

from qtpy.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from qtpy.QtGui import QKeyEvent, QResizeEvent
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from farmsubmit_ui.style import px

_LOOKED_AT = 16


def select_only(view: QAbstractItemView, index: QModelIndex) -> None:
    """Make a row the current one and the only one that is selected, whatever keys a person holds just now."""
    flags = QItemSelectionModel.SelectionFlag
    view.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)


class CardTable(QTableView):
    """A table that asks for the height of its rows, at most ``most_rows``; Space is told by ``space_pressed``.

    Delete is told by ``delete_pressed``. One column may take what the others leave, and another give way to it.
    """

    space_pressed = Signal()
    delete_pressed = Signal()

    def __init__(self, name: str, title: str, most_rows: int = 12, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._most_rows = most_rows
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setMinimumSectionSize(px(24))
        # To fit columns a few more rows than are seen are looked at, not thousands.
        header.setResizeContentsPrecision(_LOOKED_AT)
        self._wide, self._least = -1, 0
        self._giving, self._gives_to, self._given = -1, 0, 0
        self.style_changed()

    def selected_rows(self) -> List[int]:
        """Return the selected rows that are shown, from the top."""
        model = self.selectionModel()
        rows = [index.row() for index in model.selectedRows()] if model is not None else []
        return [row for row in sorted(rows) if not self.isRowHidden(row)]

    def shown_rows(self) -> List[int]:
        """Return the rows that no filter hides."""
        model = self.model()
        return [row for row in range(model.rowCount()) if not self.isRowHidden(row)] if model is not None else []

    def rows_of(self, index: QModelIndex) -> List[int]:
        """Return the rows that an edit of a cell is meant for: all selected ones where it is among them."""
        rows = self.selected_rows()
        return rows if index.row() in rows else [index.row()]

    def set_wide_column(self, column: int, least: int) -> None:
        """Let a column take what the others leave, and at least so many pixels."""
        self._wide, self._least = column, least
        self._stretch()

    def set_giving_column(self, column: int, least: int) -> None:
        """Let a column give what the wide one lacks, down to so many pixels; it comes back to the width it has now."""
        self._giving, self._gives_to = column, least
        self._given = self.horizontalHeader().sectionSize(column)
        self._stretch()

    def fit(self) -> None:
        """Ask for the height anew, after rows came or went."""
        height = self.sizeHint().height()
        if height != self.minimumHeight():
            self.setFixedHeight(height)

    def sizeHint(self) -> QSize:
        """Return the room of the header and the rows."""
        rows = min(max(len(self.shown_rows()), 1), self._most_rows)
        has_bar = self.horizontalHeader().length() > self.viewport().width()
        room = self.horizontalScrollBar().sizeHint().height() if has_bar else 0
        return QSize(px(320), px(28) + rows * self.verticalHeader().defaultSectionSize() + room + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the wide column what is left."""
        super().resizeEvent(event)
        self._stretch()
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell of Space and Delete; the other keys are Qt's."""
        if event.key() == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.space_pressed.emit()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)

    def style_changed(self) -> None:
        """Take the height of rows at the present zoom."""
        self.verticalHeader().setDefaultSectionSize(px(24))
        self.horizontalHeader().setFixedHeight(px(26))
        self.fit()

    def _stretch(self) -> None:
        header = self.horizontalHeader()
        if not 0 <= self._wide < header.count():
            return
        room = self.viewport().width() - header.length() + header.sectionSize(self._wide)
        if 0 <= self._giving < header.count() and not header.isSectionHidden(self._giving):
            room += header.sectionSize(self._giving)
            given = max(min(self._given, room - self._least), self._gives_to)
            header.resizeSection(self._giving, given)
            room -= given
        header.resizeSection(self._wide, max(room, self._least))
