"""A page that costs nothing until somebody looks at it."""

from __future__ import annotations

from typing import Any, Callable, Optional

from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QVBoxLayout, QWidget


class Later(QWidget):
    """Holds the place of a widget that ``make`` returns; it is made when it is first shown or asked for."""

    def __init__(self, make: Callable[[], QWidget], parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._make = make
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
        if self._made is None:
            self._made = self._make()
            self.layout().addWidget(self._made)
            self.setFocusProxy(self._made)
        return self._made

    def showEvent(self, event: QShowEvent) -> None:
        """Make the widget before it is seen."""
        self.widget.show()
        super().showEvent(event)
