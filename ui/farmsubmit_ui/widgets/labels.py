"""Small things that say something: labels, chips, dots, badges."""

from __future__ import annotations

from typing import Optional

from qtpy.QtCore import QEvent, QRectF, QSize, Qt
from qtpy.QtGui import QColor, QFont, QPainter, QPaintEvent, QResizeEvent
from qtpy.QtWidgets import QLabel, QSizePolicy, QWidget

from farmsubmit_ui.style import current, pixmap, px, set_flag, set_role


def label(text: str, role: str = "", parent: Optional[QWidget] = None) -> QLabel:
    """Return a label with a role of the style sheet; what it shows is plain text, never markup."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        set_role(made, role)
    return made


class FieldLabel(QLabel):
    """The name of a field, on the right of its column; ``buddy`` gets the focus by the mnemonic (``&Title``)."""

    def __init__(self, text: str, buddy: Optional[QWidget] = None, parent: Optional[QWidget] = None) -> None:
        super().__init__(text, parent)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        set_role(self, "field")
        if buddy is not None:
            self.setBuddy(buddy)
        self.style_changed()

    def style_changed(self) -> None:
        """Be as high as a field at the present zoom."""
        self.setMinimumHeight(px(26))


class Chip(QLabel):
    """A word or number in a rounded field, such as a count or the meaning of a priority."""

    def __init__(self, text: str = "", parent: Optional[QWidget] = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        set_role(self, "chip")


class ElidedLabel(QLabel):
    """One line that is cut in the middle (or where ``mode`` says) when there is no room; the tooltip has all of it."""

    def __init__(
        self,
        text: str = "",
        role: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
        parent: Optional[QWidget] = None,
    ) -> None:
        super().__init__(parent)
        self._whole = ""
        self._mode = mode
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if role:
            set_role(self, role)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setAccessibleName(text)
        self._cut()

    def whole_text(self) -> str:
        """Return the text as it was given."""
        return self._whole

    def sizeHint(self) -> QSize:
        """Ask for the room of the whole text."""
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, hint.height())

    def minimumSizeHint(self) -> QSize:
        """Be content with a few letters."""
        return QSize(px(40), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        self._cut()

    def changeEvent(self, event: QEvent) -> None:
        """Cut the text anew when the font is another."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._cut()

    def _cut(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, self._mode, max(self.contentsRect().width(), 1))
        self.setToolTip(self._whole if shown != self._whole else "")
        # What a subclass calls its text is all of it.
        QLabel.setText(self, shown)


class Note(QLabel):
    """A sentence under a field: a mistake, a good sign, a remark; with ``keeps_room`` nothing moves when it comes."""

    def __init__(self, keeps_room: bool = False, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._keeps_room = keeps_room
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        set_flag(self, "small", "true")
        self.say("")

    def say(self, text: str, role: str = "dim") -> None:
        """Show a sentence as ``dim``, ``done``, ``warning`` or ``failed``; an empty one takes it away."""
        set_role(self, role)
        self.setText(text or (" " if self._keeps_room else ""))
        self.setVisible(bool(text) or self._keeps_room)


class StateDot(QWidget):
    """A dot in the colour of a state: ``done``, ``active``, ``warning``, ``failed``, or anything else for waiting."""

    def __init__(self, state: str = "", parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._state = state
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(state)

    def set_state(self, state: str, why: str = "") -> None:
        """Show another state; ``why`` is the tooltip."""
        self._state = state
        self.setAccessibleName(state)
        self.setToolTip(why)
        self.update()

    def state(self) -> str:
        """Return the state that is shown."""
        return self._state

    def sizeHint(self) -> QSize:
        """Eight pixels of the design."""
        return QSize(px(8), px(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current().state_fill(self._state)))
        side = min(self.width(), self.height(), px(8))
        painter.drawEllipse(QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side))
        painter.end()


class DccBadge(QWidget):
    """The letter of a DCC on its own colour; an icon where there is no scene yet."""

    def __init__(self, dcc: str = "", parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._dcc = dcc
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_dcc(dcc)

    def set_dcc(self, dcc: str) -> None:
        """Show the letter of another DCC (``maya``, ``nuke``, ``katana``, ``blender``, ``usd``)."""
        self._dcc = dcc
        self.setAccessibleName(dcc or self.tr("no scene"))
        self.setToolTip(dcc.capitalize())
        self.update()

    def sizeHint(self) -> QSize:
        """A square of 34 pixels of the design."""
        return QSize(px(34), px(34))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the square and the letter."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current().badge(self._dcc)))
        painter.drawRoundedRect(QRectF(self.rect()), px(7), px(7))
        if not self._dcc:
            side = px(18)
            place = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side).toRect()
            painter.drawPixmap(place.topLeft(), pixmap("job", side, current().on_badge, self.devicePixelRatioF()))
            painter.end()
            return
        font = QFont(self.font())
        font.setPixelSize(px(17))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(current().on_badge))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._dcc[:1].upper())
        painter.end()
