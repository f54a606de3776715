"""A page that costs nothing until somebody looks at it."""

from __future__ import annotations

from typing import Any, Callable, Optional

from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QPaintEvent, QShowEvent
from qtpy.QtWidgets import QVBoxLayout, QWidget

# Whoever types at once is heard before the rest is made.
_PAUSE_MS = 60


class Later(QWidget):
    """Holds the place of a widget that ``make`` returns; it is made when it is first shown or asked for.

    With ``is_patient`` it is made after its empty place was painted, together with all that was there already.
    """

    def __init__(self, make: Callable[[], QWidget], parent: Optional[QWidget] = None, is_patient: bool = False) -> None:
        super().__init__(parent)
        self._make = make
        self._is_patient = is_patient
        self._made: Optional[QWidget] = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)

    @property
    def is_made(self) -> bool:
        """Whether the widget is there already."""
        return self._made is not None

    @property
    def widget(self) -> Any:
        """The widget itself."""
        self.make_now()
        return self._made

    def make_now(self) -> None:
        """Make the widget, unless it is there already."""
        if self._made is None:
            self._made = self._make()
            self.layout().addWidget(self._made)
            tab_after(self, self._made)
            self.setFocusProxy(self._made)

    def showEvent(self, event: QShowEvent) -> None:
        """Make the widget before it is seen."""
        if not self._is_patient:
            self.widget.show()
        super().showEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Make the widget now that the rest is seen."""
        if self._made is None:
            # Others are painted in the same breath, however long that takes: the pause begins after it.
            QTimer.singleShot(0, self._pause)
        super().paintEvent(event)

    def _pause(self) -> None:
        QTimer.singleShot(_PAUSE_MS, self._appear)

    def _appear(self) -> None:
        self.widget.show()


def tab_after(before: QWidget, made: QWidget) -> None:
    """Let Tab lead from a widget to what is in another that was made later, and from there to where it led before.

    Qt puts what is made later at the end, whatever its place in the window is.
    """
    inside = [made]
    while made.isAncestorOf(inside[-1].nextInFocusChain()):
        inside.append(inside[-1].nextInFocusChain())
    # Qt orders nothing that does not take the keyboard; the place of a page to come is to be ordered all the same.
    places = [widget for widget in (before, *inside) if isinstance(widget, Later) and widget.focusProxy() is None]
    for place in places:
        place.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    for widget in inside:
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            QWidget.setTabOrder(before, widget)
            before = widget
    for place in places:
        place.setFocusPolicy(Qt.FocusPolicy.NoFocus)
