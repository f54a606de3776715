"""The card of the frames of a job that runs: small pictures as they land on disk."""

from __future__ import annotations

import time
from pathlib import PurePath
from typing import Any, Dict, List, Optional

from qtpy.QtCore import QCoreApplication, QEvent, QRect, QSize, Qt, Signal
from qtpy.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from qtpy.QtWidgets import QComboBox, QSizePolicy, QToolTip, QWidget

from farmsubmit_ui import worker
from farmsubmit_ui.models.landed_frames import Landed, Thumbnail, Written, landed, written_by
from farmsubmit_ui.panels.tab_parts import open_link
from farmsubmit_ui.style import current, mono, pixmap, px
from farmsubmit_ui.widgets import Card, EmptyState

_COLUMNS = 5
_PICTURE = (224, 126)
_SECONDS = 2.0


class FrameGrid(QWidget):
    """A grid of frames: those that landed as pictures, the others as empty places; ``chosen`` tells a path."""

    chosen = Signal(str)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("frame_grid")
        self.setAccessibleName(self.tr("Frames on disk"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.frames: List[Thumbnail] = []

    def show_frames(self, frames: List[Thumbnail]) -> None:
        """Show other frames."""
        has_grown = len(frames) != len(self.frames)
        self.frames = frames
        if has_grown:
            self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Let the height follow the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows."""
        rows = -(-len(self.frames) // _COLUMNS)
        return int(rows * (self._height(width) + px(8)))

    def sizeHint(self) -> QSize:
        """Ask for the room of all rows."""
        width = max(self.width(), px(300))
        return QSize(px(300), self.heightForWidth(width))

    def _height(self, width: int) -> int:
        return max(px(30), round((width - (_COLUMNS - 1) * px(8)) / _COLUMNS * 0.55))

    def _place(self, number: int) -> QRect:
        step = (self.width() + px(8)) / _COLUMNS
        height = self._height(self.width())
        row, column = divmod(number, _COLUMNS)
        left, right = round(column * step), round((column + 1) * step)
        return QRect(left, row * (height + px(8)), right - left - px(8), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint all frames."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setFont(mono())
        for number, frame in enumerate(self.frames):
            self._paint(painter, self._place(number), frame)
        painter.end()

    def _paint(self, painter: QPainter, room: QRect, frame: Thumbnail) -> None:
        outline = QPainterPath()
        outline.addRoundedRect(room.x() + 0.5, room.y() + 0.5, room.width() - 1, room.height() - 1, px(4), px(4))
        style = current()
        if not frame.written:
            painter.setPen(QPen(QColor(style.disabled), 1, Qt.PenStyle.DashLine))
            painter.drawPath(outline)
            self._paint_number(painter, room, frame.name, style.dim)
            return
        painter.fillPath(outline, QColor(style.field))
        if frame.image is not None and not frame.image.isNull():
            self._paint_picture(painter, room, outline, frame)
            return
        side = px(18)
        place = QRect(0, 0, side, side)
        place.moveCenter(room.center())
        painter.drawPixmap(place.topLeft(), pixmap("image", side, "done", self.devicePixelRatioF()))
        self._paint_number(painter, room, frame.name, style.text)

    def _paint_picture(self, painter: QPainter, room: QRect, outline: QPainterPath, frame: Thumbnail) -> None:
        painter.save()
        painter.setClipPath(outline)
        size = frame.image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        whole = QRect(0, 0, size.width(), size.height())
        whole.moveCenter(room.center())
        painter.drawImage(whole, frame.image)
        # A picture may be as light as the number on it.
        strip = QRect(room.left(), room.bottom() - px(17), room.width(), px(18))
        painter.fillRect(strip, QColor(0, 0, 0, 150))
        painter.restore()
        self._paint_number(painter, room, frame.name, "#ffffff")

    def _paint_number(self, painter: QPainter, room: QRect, number: str, colour: str) -> None:
        painter.setPen(QColor(colour))
        inner = room.adjusted(px(6), 0, -px(4), -px(2))
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, number)

    def _at(self, place: Any) -> Optional[Thumbnail]:
        return next((frame for number, frame in enumerate(self.frames) if self._place(number).contains(place)), None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Tell the path of a frame that landed."""
        frame = self._at(event.pos())
        if frame is not None and frame.written:
            self.chosen.emit(frame.path)

    def event(self, event: QEvent) -> bool:
        """Show the path of a frame in a tooltip."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            frame = self._at(event.pos())
            QToolTip.showText(event.globalPos(), frame.path if frame is not None else "", self)
            return True
        return bool(super().event(event))


class FramesCard(Card):
    """The frames of one row of a request, looked for in the background while its job runs."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(QCoreApplication.translate("FramesCard", "Frames"), parent)
        self.setObjectName("frames_card")
        self._since = 0.0
        self._last = -_SECONDS
        self._handle: Optional[worker.Handle] = None
        self._soon = worker.once(self, 0, self.look)
        self._written: List[Written] = []
        self.row = QComboBox()
        self.row.setObjectName("frames_row")
        self.row.setAccessibleName(self.tr("Frames of"))
        self.row.currentIndexChanged.connect(lambda _: self._look_anew())
        self.tools.addWidget(self.row)
        self.grid = FrameGrid()
        self.grid.chosen.connect(open_link)
        self.empty = EmptyState("image", self.tr("Where the frames go is not known from here."))
        self.body.addWidget(self.grid)
        self.body.addWidget(self.empty)
        self.body.addStretch(1)
        self.watch(None, 0.0)

    def watch(self, request: Any, since: float) -> None:
        """Show what a request writes from a moment on, in seconds since the epoch."""
        self.stop()
        self._since = since
        self._written = written_by(request)
        self.row.blockSignals(True)
        self.row.clear()
        self.row.addItems([each.name for each in self._written])
        self.row.blockSignals(False)
        self.row.setVisible(len(self._written) > 1)
        self.grid.setVisible(bool(self._written))
        self.empty.setVisible(not self._written)
        self._look_anew()

    def look(self) -> None:
        """Look whether frames landed: now, or a moment later where that was done just now."""
        place = self.row.currentIndex()
        if not 0 <= place < len(self._written):
            return
        is_busy = self._handle is not None and self._handle.running
        rest = self._last + _SECONDS - time.monotonic()
        if is_busy or rest > 0:
            # A job tells only once that it is over, and its last frames may have landed since.
            self._soon.start(round(1000 * (_SECONDS if is_busy else rest)))
            return
        self._soon.stop()
        self._last = time.monotonic()
        known: Dict[str, Thumbnail] = {frame.path: frame for frame in self.grid.frames}
        self._handle = worker.run(
            landed,
            *(self._written[place], self._since, _PICTURE, known),
            done=self._take,
            owner=self,
            cancellable=True,
        )

    def stop(self) -> None:
        """Look no more."""
        self._soon.stop()
        if self._handle is not None:
            self._handle.cancel()

    def _look_anew(self) -> None:
        self.stop()
        self._last = -_SECONDS
        self.grid.show_frames([])
        self.set_count("")
        self.look()

    def _take(self, found: Landed) -> None:
        self.grid.show_frames(found.shown)
        self.set_count(self.tr("{0} of {1}").format(found.there, found.total))
        name = PurePath(self._written[self.row.currentIndex()].pattern).name
        self.badge.setToolTip(name)
