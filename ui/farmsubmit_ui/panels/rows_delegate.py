"""Editing cells of the table of rows: one or several rows at once, checked while somebody types."""

from __future__ import annotations

from typing import Any, Iterator, List

from qtpy.QtCore import QAbstractItemModel, QModelIndex, QPointF, QRect, Qt
from qtpy.QtGui import QColor, QPainter, QPaintEvent
from qtpy.QtWidgets import QComboBox, QStyleOptionViewItem, QWidget

from farmsubmit.request import ORDERS
from farmsubmit_ui.models.rows_model import RowsModel
from farmsubmit_ui.style import current, px
from farmsubmit_ui.widgets.edits import MonoEdit
from farmsubmit_ui.widgets.expression import ExpressionEdit
from farmsubmit_ui.widgets.looks import LookDelegate
from farmsubmit_ui.widgets.tables import CardTable
from farmsubmit_ui.widgets.values import show_text

_ROOMY = 200
# A property of an editor that has shown what it edits.
_FILLED = "farmsubmitFilled"


class RowsDelegate(LookDelegate):
    """Makes the editor of a cell; what is typed goes to all selected rows where the cell is one of theirs.

    Where these differ, the editor begins empty and says so, and leaving it empty changes none.
    """

    def __init__(self, view: CardTable) -> None:
        super().__init__(view)
        self._view = view
        self._places: List[int] = []
        self._first = ""
        self.known: List[str] = []

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex) -> QWidget:
        """Return the editor of a column."""
        model = self._model()
        column = model.columns[index.column()]
        self._places = self._view.rows_of(index)
        choices = [show_text(choice) for choice in model.rule(column.field).choices]
        if column.field == "order" and not choices:
            choices = list(ORDERS)
        if choices:
            return self._box(parent, choices, column.title)
        if column.field == "service":
            return self._expression(parent, column.title)
        edit = MonoEdit(f"row_{column.field}", column.title, parent)
        edit.textEdited.connect(lambda text: edit.set_problem(model.judge(index.column(), text)))
        return edit

    def setEditorData(self, editor: QWidget, index: QModelIndex) -> None:
        """Show the value, or that the rows differ; what somebody types stays where the row changes meanwhile."""
        if editor.property(_FILLED) and _read(editor) != self._first:
            return
        editor.setProperty(_FILLED, True)
        model = self._model()
        differs = model.differs(self._places, index.column())
        self._first = "" if differs else model.text(index.row(), index.column())
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findText(self._first))
            return
        _write(editor, self._first)
        if differs:
            editor.setPlaceholderText(self.tr("— {count} rows differ").format(count=len(self._places)))
        elif len(self._places) > 1:
            editor.setToolTip(self.tr("for {count} rows").format(count=len(self._places)))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Give an expression and the like more room than a narrow cell has."""
        room = QRect(option.rect)
        room.setWidth(max(room.width(), px(_ROOMY if self._model().columns[index.column()].is_mono else 0)))
        limit = self._view.viewport().width()
        room.moveLeft(max(min(room.left(), limit - room.width()), 0))
        editor.setGeometry(room)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex) -> None:
        """Give what was typed to the rows; what nobody touched changes nothing."""
        text = _read(editor)
        if text != self._first:
            self._model().set_text(self._places, index.column(), text)

    def _model(self) -> RowsModel:
        model: RowsModel = self._view.model()
        return model

    def _box(self, parent: QWidget, choices: List[str], title: str) -> QComboBox:
        box = QComboBox(parent)
        box.setAccessibleName(title)
        box.addItems(choices)
        box.activated.connect(lambda _: self._done(box))
        return box

    def _expression(self, parent: QWidget, title: str) -> ExpressionEdit:
        edit = ExpressionEdit("row_service", title, parent)
        edit.set_known(self.known)
        edit.entered.connect(lambda: self._done(edit))
        edit.text_edited.connect(lambda text: edit.set_problem(self._service_problem(text)))
        return edit

    def _service_problem(self, text: str) -> str:
        return self._model().judge(self._model().column_of("service"), text)

    def _done(self, editor: QWidget) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)


class PathDelegate(RowsDelegate):
    """Cuts a path that is too long at its beginning, for its end tells it from the others."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Cut at the left."""
        super().initStyleOption(option, index)
        model = self._model()
        if model.text(index.row(), index.column()):
            option.textElideMode = Qt.TextElideMode.ElideLeft


class RowsView(CardTable):
    """The table of rows; a changed cell has the dot that changed fields of the job have."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the cells, and then the dots: painting each cell in Python would take several times as long."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current().accent))
        for rect in self._changed_cells(event.rect()):
            painter.drawEllipse(QPointF(rect.left() + px(2), rect.center().y()), px(2), px(2))
        painter.end()

    def _changed_cells(self, area: QRect) -> Iterator[QRect]:
        model: RowsModel = self.model()
        first, last = self.rowAt(area.top()), self.rowAt(area.bottom())
        rows = range(max(first, 0), (last if last >= 0 else model.rowCount() - 1) + 1)
        shown = [column for column in range(1, model.columnCount()) if not self.isColumnHidden(column)]
        for row in rows:
            for column in shown:
                if not self.isRowHidden(row) and model.is_changed(row, column):
                    yield self.visualRect(model.index(row, column))


def _write(editor: Any, text: str) -> None:
    if isinstance(editor, ExpressionEdit):
        editor.set_text(text)
        editor.selectAll()
    else:
        editor.setText(text)


def _read(editor: Any) -> str:
    if isinstance(editor, QComboBox):
        return str(editor.currentText())
    return str(editor.text()).strip()
