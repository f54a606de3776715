"""A field for one number, with its meaning in words beside it and arrows to step."""

from __future__ import annotations

from typing import Optional

from qtpy.QtCore import QEvent, QObject, QSize, Qt, Signal
from qtpy.QtGui import QKeyEvent, QResizeEvent, QWheelEvent
from qtpy.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from farmsubmit_ui.style import icon_size, px, set_flag, set_role
from farmsubmit_ui.widgets.buttons import IconButton
from farmsubmit_ui.widgets.labels import Chip

_STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}


class NumberEdit(QFrame):
    """A line for a number; Up, Down, the wheel while it has the focus, and two arrows step it by ``step``.

    The text is a person's: what is no number stays as it was typed. Emits ``edited`` when a person changed it.
    ``set_meaning`` shows a word beside the number, such as ``normal``.
    """

    edited = Signal()

    def __init__(self, name: str, title: str = "", step: float = 1, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        set_role(self, "input")
        self.step = step
        self.edit = QLineEdit()
        self.edit.setObjectName(name)
        self.edit.setAccessibleName(title)
        self.edit.installEventFilter(self)
        self.edit.textEdited.connect(lambda _: self._typed())
        self.edit.textChanged.connect(lambda _: self._fit())
        self.meaning = Chip()
        self.meaning.hide()
        self._up = self._arrow("chevron-up", self.tr("More"), f"{name}_more", 1)
        self._down = self._arrow("chevron-down", self.tr("Less"), f"{name}_less", -1)
        self.setFocusProxy(self.edit)
        self._lay_out()

    def text(self) -> str:
        """Return what is written in it."""
        return str(self.edit.text())

    def set_text(self, text: str) -> None:
        """Write something else; nothing is emitted."""
        if text != self.edit.text():
            self.edit.setText(text)

    def set_meaning(self, word: str, tip: str = "") -> None:
        """Show what the number means; an empty word takes it away."""
        self.meaning.setText(word)
        self.meaning.setToolTip(tip)
        self._fit()

    def set_locked(self, locked: bool) -> None:
        """Let the number be looked at only."""
        self.edit.setReadOnly(locked)
        self._up.setVisible(not locked)
        self._down.setVisible(not locked)
        set_flag(self, "locked", "true" if locked else "")

    def set_problem(self, sentence: str) -> None:
        """Draw a red border and tell why in the tooltip; an empty sentence takes both away."""
        set_flag(self, "invalid", "true" if sentence else "")
        self.edit.setAccessibleDescription(sentence)
        self.edit.setToolTip(sentence)

    def step_by(self, steps: int) -> None:
        """Make the number larger by some steps, from nothing to one step; what is no number stays."""
        try:
            number = float(self.edit.text() or 0)
        except ValueError:
            return
        self.edit.setText(f"{number + steps * self.step:g}")
        self.edited.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Step, and draw the focus around the whole field."""
        kind = event.type()
        if kind in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            set_flag(self, "focused", "true" if kind == QEvent.Type.FocusIn else "")
        if kind == QEvent.Type.KeyPress and not self.edit.isReadOnly():
            return self._key(event)
        return bool(kind == QEvent.Type.Wheel and self._wheel(event))

    def minimumSizeHint(self) -> QSize:
        """Be content with the room of a number; there is none for its meaning then."""
        return QSize(px(84), px(26))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the meaning only where there is room for it."""
        super().resizeEvent(event)
        self._fit()

    def _key(self, event: QKeyEvent) -> bool:
        steps = _STEPS.get(event.key())
        if steps:
            self.step_by(steps)
        return bool(steps)

    def _wheel(self, event: QWheelEvent) -> bool:
        # Without the focus the wheel scrolls the panel.
        if not self.edit.hasFocus() or self.edit.isReadOnly() or not event.angleDelta().y():
            return False
        self.step_by(1 if event.angleDelta().y() > 0 else -1)
        return True

    def _typed(self) -> None:
        self._fit()
        self.edited.emit()

    def _arrow(self, icon: str, tip: str, name: str, steps: int) -> IconButton:
        made = IconButton(icon, tip, name)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setAutoRepeat(True)
        set_role(made, "step")
        made.clicked.connect(lambda: self.step_by(steps))
        return made

    def _fit(self) -> None:
        """Let the meaning stand right behind the number."""
        room = self.edit.fontMetrics().horizontalAdvance(self.edit.text() or self.edit.placeholderText() or "0000")
        needed = room + px(14) + self.meaning.sizeHint().width() + px(36)
        shows = bool(self.meaning.text()) and needed <= max(self.width(), px(120))
        self.meaning.setVisible(shows)
        self.edit.setMaximumWidth(room + px(14) if shows else 1 << 20)

    def style_changed(self) -> None:
        """Take the measures at the present zoom."""
        for arrow in (self._up, self._down):
            arrow.setFixedSize(px(18), px(11))
            arrow.setIconSize(icon_size(10))

    def _lay_out(self) -> None:
        arrows = QVBoxLayout()
        arrows.setSpacing(0)
        arrows.addWidget(self._up)
        arrows.addWidget(self._down)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(7), 0, px(3), 0)
        row.setSpacing(px(4))
        row.addWidget(self.edit, 1)
        row.addWidget(self.meaning)
        row.addStretch(0)
        row.addLayout(arrows)
        self.style_changed()
