"""Buttons that show an icon, and a small mark that knows where a value comes from."""

from __future__ import annotations

from typing import Optional

from qtpy.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent
from qtpy.QtWidgets import QLineEdit, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from farmsubmit_ui.style import current, icon_size, px, set_flag, set_icon, set_role


class IconButton(QToolButton):
    """A flat button of one icon; its tooltip says what it does and the shortcut, and is its accessible name."""

    def __init__(
        self, icon: str, tooltip: str, name: str = "", shortcut: str = "", parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name or f"{icon}_button")
        self.setAccessibleName(tooltip)
        self.setToolTip(f"{tooltip} ({shortcut})" if shortcut else tooltip)
        if shortcut:
            self.setShortcut(shortcut)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_icon(self, icon)
        self.style_changed()

    def style_changed(self) -> None:
        """Take the size of icons at the present zoom."""
        self.setIconSize(icon_size())


def text_button(text: str, name: str, icon: str = "", role: str = "", parent: Optional[QWidget] = None) -> QPushButton:
    """Return a push button with an object name, an icon and a role (``primary``, ``small``, ``link``, ``combo``)."""
    # Qt leaves hardly any room between the two.
    made = QPushButton(f" {text}" if icon else text, parent)
    made.setObjectName(name)
    made.setAccessibleName(text.replace("&", ""))
    made.setAutoDefault(False)
    if role:
        set_role(made, role)
    if icon:
        set_icon(made, icon, "on_primary" if role == "primary" else "text")
    return made


def set_menu(button: QPushButton, menu: QMenu) -> None:
    """Let a push button open a menu, with room for the arrow."""
    button.setMenu(menu)
    set_flag(button, "hasMenu", "true")


class OriginMark(QWidget):
    """A dot beside a field whose value is not the default; it tells the origin and can take the value back.

    ``watch`` lets the field's own context menu offer that too. Emits ``reset_requested`` when the person asks for it.
    """

    reset_requested = Signal()

    def __init__(self, field: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._field = field
        self._changed = False
        self._back_to = ""
        self._menu: Optional[QMenu] = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_origin("default", False)

    def set_origin(self, origin: str, is_changed: bool, back_to: str = "") -> None:
        """Show a dot for a changed value; ``origin`` says where the value is from, ``back_to`` what reset gives."""
        self._changed = is_changed
        self._back_to = back_to
        text = self.tr("{field}: from {origin}").format(field=self._field, origin=origin)
        self.setAccessibleName(text)
        self.setToolTip(f"{text}\n{self.reset_text()}" if is_changed else text)
        self.setCursor(Qt.CursorShape.PointingHandCursor if is_changed else Qt.CursorShape.ArrowCursor)
        self.update()

    def is_changed(self) -> bool:
        """Return whether the dot is shown."""
        return self._changed

    def reset_text(self) -> str:
        """Return what the menu calls taking the value back."""
        return self.tr("Reset to {value}").format(value=self._back_to or self.tr("what the settings say"))

    def watch(self, editor: QWidget) -> None:
        """Offer the reset in the context menu of a field too."""
        editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the field's menu with the reset in it."""
        if event.type() != QEvent.Type.ContextMenu or not self._changed or not isinstance(watched, QWidget):
            return False
        menu = watched.createStandardContextMenu() if isinstance(watched, QLineEdit) else QMenu(watched)
        self._open(menu, event.globalPos())
        return True

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu."""
        self._open(QMenu(self), event.globalPos())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open the menu at a click too."""
        if self._changed:
            self._open(QMenu(self), self.mapToGlobal(QPoint(0, self.height())))

    def sizeHint(self) -> QSize:
        """As high as a field."""
        return QSize(px(8), px(26))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the dot, or nothing."""
        if not self._changed:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(current().accent))
        side = px(6)
        painter.drawEllipse(QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side))
        painter.end()

    def _open(self, menu: QMenu, place: QPoint) -> None:
        # The standard menu of a line belongs to Python in some bindings, and is gone when nobody holds it.
        self._menu = menu
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if menu.actions():
            menu.addSeparator()
        action = menu.addAction(self.reset_text())
        set_icon(action, "reset")
        action.setEnabled(self._changed)
        action.triggered.connect(self.reset_requested)
        menu.popup(place)
