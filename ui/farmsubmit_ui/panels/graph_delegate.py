"""How the rows of the task tree are painted and edited: icons, chips, states in colour, progress as a bar."""

from __future__ import annotations

from typing import Any, Callable, Optional

from qtpy.QtCore import QEvent, QModelIndex, QObject, QRect, QRectF, Qt, Signal
from qtpy.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from qtpy.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from farmsubmit.errors import FarmsubmitError
from farmsubmit.lang import servicekey
from farmsubmit_ui.models.tree_cells import Column, Kind
from farmsubmit_ui.models.tree_model import (
    CHIP_ROLE,
    DEPTH_ROLE,
    KIND_ROLE,
    NOTE_ROLE,
    PROGRESS_ROLE,
    STATE_ROLE,
    TONE_ROLE,
    TreeModel,
)
from farmsubmit_ui.style import current, icon, mono, px
from farmsubmit_ui.widgets.edits import TextEdit
from farmsubmit_ui.widgets.expression import ExpressionEdit

_ICONS = {
    Kind.JOB.value: "job",
    Kind.GROUP.value: "task",
    Kind.INSTANCE.value: "instance",
    Kind.ITERATE.value: "retry",
    Kind.MORE.value: "more",
}
_MONO = (Column.SERVICE, Column.FRAMES, Column.BLADE)
#: From this depth on a number stands for the branches, which are drawn narrow.
DEEP = 24
_ROOMY = 260


class TreeDelegate(QStyledItemDelegate):
    """Paints and edits the cells of a TreeModel; ``refused`` tells why a value that was typed is not taken."""

    refused = Signal(str)

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view
        self.known: tuple[str, ...] = ()
        self._fonts: Optional[tuple[QFont, QFont]] = None

    def style_changed(self) -> None:
        """Take fonts of the style that is on."""
        self._fonts = None

    # --- painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Paint a cell: the ground by the style sheet, the rest by its column."""
        # The option still has no text and no icon: initStyleOption would ask the model for ten roles of each cell.
        self._view.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, self._view)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        column = self._model().column(index.column())
        # Where the names of the columns stand, too.
        room = QRect(option.rect).adjusted(px(3 if column is Column.TASK else 9), 0, -px(4), -1)
        if column is Column.TASK:
            self._paint_task(painter, room, index, self._is_selected(option))
        elif column is Column.PROGRESS:
            _paint_progress(painter, room, index)
        else:
            font = self._mono() if column in _MONO else option.font
            self._paint_text(painter, room, index, font, self._is_selected(option))
        painter.restore()

    def _paint_text(self, painter: QPainter, room: QRect, index: QModelIndex, font: QFont, is_selected: bool) -> None:
        painter.setFont(font)
        painter.setPen(_colour(str(index.data(TONE_ROLE)), is_selected))
        _draw(painter, room, str(index.data() or ""))

    def _paint_task(self, painter: QPainter, room: QRect, index: QModelIndex, is_selected: bool) -> None:
        left = _paint_kind(painter, room, str(index.data(KIND_ROLE)))
        room = room.adjusted(left, 0, 0, 0)
        depth = index.data(DEPTH_ROLE) or 0
        if depth > DEEP:
            painter.setPen(_colour("dim", is_selected))
            room = room.adjusted(_draw(painter, room, f"({depth:,}) "), 0, 0, 0)
        chip, note = str(index.data(CHIP_ROLE) or ""), str(index.data(NOTE_ROLE) or "")
        behind = self._chip_width(chip) + (painter.fontMetrics().horizontalAdvance(note) + px(6) if note else 0)
        tone = str(index.data(TONE_ROLE))
        painter.setPen(_colour(tone, is_selected))
        painter.setFont(_italic(painter.font(), tone == "link"))
        title = room.adjusted(0, 0, -min(behind, room.width() // 2), 0)
        room = room.adjusted(_draw(painter, title, str(index.data())) + px(6), 0, 0, 0)
        painter.setFont(_italic(painter.font(), False))
        if chip:
            room = room.adjusted(self._paint_chip(painter, room, chip) + px(6), 0, 0, 0)
        if note:
            painter.setPen(_colour("dim", is_selected))
            _draw(painter, room, note)

    def _paint_chip(self, painter: QPainter, room: QRect, text: str) -> int:
        width = self._chip_width(text) - px(6)
        if width > room.width():
            return 0
        frame = QRectF(room.left(), room.center().y() - px(8) + 0.5, width, px(16))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current().chip))
        painter.drawRoundedRect(frame, px(8), px(8))
        painter.setPen(QColor(current().chip_text))
        plain = painter.font()
        painter.setFont(self._small())
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, text)
        painter.setFont(plain)
        return int(width)

    def _chip_width(self, text: str) -> int:
        return int(QFontMetrics(self._small()).horizontalAdvance(text)) + px(22) if text else 0

    def title_rect(self, index: QModelIndex) -> QRect:
        """Return where the title of a row stands in the view: what is clicked where it is a link."""
        room = QRect(self._view.visualRect(index)).adjusted(px(3) + px(22), 0, -px(4), 0)
        width = self._view.fontMetrics().horizontalAdvance(str(index.data() or ""))
        room.setWidth(min(room.width(), width + px(8)))
        return room

    @staticmethod
    def _is_selected(option: QStyleOptionViewItem) -> bool:
        return bool(option.state & QStyle.StateFlag.State_Selected)

    def _mono(self) -> QFont:
        return self._made_fonts()[0]

    def _small(self) -> QFont:
        return self._made_fonts()[1]

    def _made_fonts(self) -> tuple[QFont, QFont]:
        if self._fonts is None:
            small = QFont(self._view.font())
            small.setPointSizeF(small.pointSizeF() * 11 / 12.5)
            self._fonts = (mono(), small)
        return self._fonts

    # --- editing

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex) -> QWidget:
        """Return the editor of a title, a service or a priority."""
        column = self._model().column(index.column())
        if column is Column.SERVICE:
            edit = ExpressionEdit("tree_service", self.tr("Service"), parent)
            edit.set_known(self.known)
            edit.entered.connect(lambda: self._finish(edit))
            edit.text_edited.connect(lambda text: edit.set_problem(service_problem(text)))
            return edit
        if column is Column.TASK:
            return self._line(TextEdit("tree_title", self.tr("Title"), parent), title_problem)
        return self._line(TextEdit("tree_priority", self.tr("Priority"), parent), number_problem)

    @staticmethod
    def _line(line: TextEdit, judge: Callable[[str], str]) -> TextEdit:
        line.textEdited.connect(lambda text: line.set_problem(judge(text)))
        return line

    def setEditorData(self, editor: QWidget, index: QModelIndex) -> None:
        """Show the plain value."""
        value = index.data(Qt.ItemDataRole.EditRole)
        text = f"{value:g}" if isinstance(value, float) else str(value or "")
        if isinstance(editor, ExpressionEdit):
            editor.set_text(text)
        else:
            editor.setText(text)
        editor.selectAll()

    def setModelData(self, editor: Any, model: Any, index: QModelIndex) -> None:
        """Hand on what was typed; the model refuses what is wrong, in words."""
        model.setData(index, str(editor.text()))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Leave the icon in sight, and give an expression more room than its column has."""
        room = QRect(option.rect)
        column = self._model().column(index.column())
        if column is Column.TASK:
            room.setLeft(room.left() + px(22))
        if column is Column.SERVICE:
            room.setWidth(max(room.width(), px(_ROOMY)))
            room.moveLeft(max(min(room.left(), self._view.viewport().width() - room.width()), 0))
        editor.setGeometry(room)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Keep an editor open at Enter as long as what is typed is wrong."""
        is_enter = event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and editor.property("invalid"):
            self.refused.emit(str(editor.toolTip()))
            return True
        return bool(super().eventFilter(editor, event))

    def _finish(self, editor: QWidget) -> None:
        if editor.property("invalid"):
            self.refused.emit(str(editor.toolTip()))
            return
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)

    def _model(self) -> TreeModel:
        model: TreeModel = self._view.model()
        return model


def service_problem(text: str) -> str:
    """Return what is wrong with a service expression, or nothing."""
    try:
        servicekey.parse(text.strip())
    except FarmsubmitError as error:
        return str(error)
    return ""


def title_problem(text: str) -> str:
    """Return what is wrong with a title, or nothing."""
    return "" if text.strip() else "a task needs a title that people find it by"


def number_problem(text: str) -> str:
    """Return what is wrong with a priority, or nothing."""
    try:
        float(text)
    except ValueError:
        return "a priority is a number, such as 100 or 2.5"
    return ""


def _colour(tone: str, is_selected: bool) -> QColor:
    tokens = current()
    if tone == "dim":
        # Dim text would not be readable on the ground of a selected row.
        return QColor(tokens.text if is_selected else tokens.dim)
    if tone == "text":
        return QColor(tokens.strong if is_selected else tokens.text)
    return QColor(getattr(tokens, tone, tokens.text))


def _draw(painter: QPainter, room: QRect, text: str) -> int:
    """Draw a text on one line, cut where there is no room, and return its width."""
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(room.width(), 0))
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
    return int(metrics.horizontalAdvance(shown))


def _paint_kind(painter: QPainter, room: QRect, kind: str) -> int:
    """Paint the icon of a row, a dot for a task without children, and return the room that it takes."""
    side = px(14)
    place = QRect(room.left(), room.center().y() - side // 2 + 1, side, side)
    if kind in _ICONS:
        icon(_ICONS[kind], "link" if kind == Kind.INSTANCE.value else "dim").paint(painter, place)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current().dim))
        painter.drawEllipse(QRectF(place.center().x() - px(1.5), place.center().y() - px(1.5), px(3), px(3)))
    return px(20)


def _paint_progress(painter: QPainter, room: QRect, index: QModelIndex) -> None:
    progress = index.data(PROGRESS_ROLE)
    if progress is None:
        return
    height = px(6)
    whole = QRectF(room.left(), room.center().y() - height / 2 + 0.5, room.width(), height)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(current().field))
    painter.drawRoundedRect(whole, height / 2, height / 2)
    done = QRectF(whole)
    done.setWidth(max(whole.width() * min(progress, 100) / 100, height if progress else 0))
    painter.setBrush(QColor(current().state_fill(str(index.data(STATE_ROLE)))))
    painter.drawRoundedRect(done, height / 2, height / 2)
    if current().style == "light":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(current().field_border), 1))
        painter.drawRoundedRect(whole, height / 2, height / 2)


def _italic(font: QFont, is_italic: bool) -> QFont:
    made = QFont(font)
    made.setItalic(is_italic)
    return made
